#!/usr/bin/perl
# fake_queries.pl PORT_FILE MODE: an HTTP server on loopback that answers queries
# as Prometheus, Datadog, Wavefront and New Relic document it. It refuses a query
# that lacks what the API wants, or a key that is not "secret of NAME-OF-ITS-FILE";
# in MODE fail it refuses all. Writes its port to PORT_FILE.
#
# It knows two series: of `a` with the values 10, 11, 12, ... and of `b` with 20,
# 21, 22, ..., and three points of each within what was asked for.
use strict;
use warnings;
use IO::Socket::INET;
use JSON::PP;

my ($port_file, $mode) = @ARGV;
my $server = IO::Socket::INET->new(Listen => 16, LocalAddr => '127.0.0.1') or die $!;
open my $out, '>', "$port_file.new" or die $!;
print $out $server->sockport;
close $out;
rename "$port_file.new", $port_file or die $!;

# [TIME, VALUE] three times, the first at $begin.
sub points {
  my ($begin, $end, $first, $text) = @_;
  my $step = ($end - $begin) / 4;
  return [map { [$begin + $_ * $step, $text ? '' . ($first + $_) : $first + $_] } 0 .. 2];
}

sub lacks { # NAME PATTERN VALUE
  my ($name, $pattern, $value) = @_;
  return defined $value && $value =~ /^$pattern$/ ? () : ("$name is missing or wrong");
}

sub prometheus {
  my ($path, $q) = @_;
  my $seconds = '\d{10}(?:\.\d{1,3})?';
  my $is_range = $path =~ /range/;
  my ($wrong) = (
    lacks('query', 'sum.*', $q->{query}),
    $is_range
      ? (lacks('start', $seconds, $q->{start}), lacks('end', $seconds, $q->{end}),
      lacks('step', '\d+', $q->{step}))
      : (lacks('time', $seconds, $q->{time}), lacks('range', '.*\[\ds\].*', $q->{query})),
    $mode eq 'fail' ? 'invalid parameter "query": cannot do it' : ());
  return (400, {status => 'error', errorType => 'bad_data', error => $wrong}) if $wrong;
  my @result =
    $is_range
    ? map { {metric => {instance => $_->[0]}, values => points($q->{start}, $q->{end}, $_->[1], 1)} }
    ['a', 10], ['b', 20]
    : {metric => {}, value => [$q->{time} + 0, '42']};
  return (200, {status => 'success',
    data => {resultType => $is_range ? 'matrix' : 'vector', result => \@result}});
}

sub datadog {
  my ($q, $header) = @_;
  my ($forbidden) = (
    lacks('API key', 'secret of datadog_api_key', $header->{'dd-api-key'}),
    lacks('application key', 'secret of datadog_app_key', $header->{'dd-application-key'}),
    $mode eq 'fail' ? 'cannot do it' : ());
  return (403, {errors => ["Forbidden: $forbidden"]}) if $forbidden;
  my ($wrong) = (lacks('from', '\d{10}', $q->{from}), lacks('to', '\d{10}', $q->{to}),
    lacks('query', '\w+:.*\{.*\}.*', $q->{query}));
  return (400, {errors => [$wrong]}) if $wrong;
  return (200, {status => 'ok', error => '', res_type => 'time_series', query => $q->{query},
    series => [map { {scope => "host:$_->[0]", metric => 'system.cpu.user', unit => undef,
      pointlist => points($q->{from} * 1000, $q->{to} * 1000, $_->[1])} } ['a', 10], ['b', 20]]});
}

sub wavefront {
  my ($q, $header) = @_;
  my ($forbidden) = (
    lacks('token', 'Bearer secret of wavefront_token', $header->{authorization}),
    $mode eq 'fail' ? 'cannot do it' : ());
  return (401, {status => {result => 'ERROR', code => 401, message => $forbidden}}) if $forbidden;
  my ($wrong) = (lacks('q', '.+', $q->{q}), lacks('s', '\d{13}', $q->{s}),
    lacks('e', '\d{13}', $q->{e}), lacks('g', '[smhd]', $q->{g}), lacks('strict', 'true', $q->{strict}));
  return (400, {status => {result => 'ERROR', code => 400, message => $wrong}}) if $wrong;
  return (200, {query => $q->{q}, granularity => 60,
    timeseries => [map { {label => 'cpu.usage.user', host => $_->[0], tags => {},
      data => points($q->{s} / 1000, $q->{e} / 1000, $_->[1])} } ['a', 10], ['b', 20]]});
}

sub newrelic {
  my ($header, $body) = @_;
  my ($forbidden) = lacks('key', 'secret of newrelic_user_key', $header->{'api-key'});
  return (401, {errors => [{message => $forbidden}]}) if $forbidden;
  my $asked = eval { decode_json($body) } || {};
  my $variables = $asked->{variables} || {};
  my ($wrong) = (
    lacks('Content-Type', 'application/json', $header->{'content-type'}),
    lacks('query', 'query\(\$account: Int!, \$nrql: Nrql!\) \{actor .*results.*', $asked->{query}),
    lacks('account', '\d+', $variables->{account}),
    lacks('nrql', "SELECT .* AS 'mean'.* FROM \\w+ .*SINCE \\d{13} UNTIL \\d{13}", $variables->{nrql}),
    $mode eq 'fail' ? 'NRQL: cannot do it' : ());
  return (200, {data => undef, errors => [{message => $wrong}]}) if $wrong;
  return (200, {data => {actor => {account => {nrql => {
    results => [{throughput => 12.5, mean => 0.042, errors => 0.5}]}}}}});
}

while (my $client = $server->accept) {
  my $line = <$client>;
  my ($method, $path, $query) = ($line || '') =~ m{^(\S+) ([^? ]*)(?:\?(\S*))? HTTP/1} or next;
  my (%header, %q);
  while (defined($line = <$client>) && $line =~ /^([^:]+):\s*(.*?)\r?$/) { $header{lc $1} = $2 }
  for (split /&/, $query // '') {
    my ($name, $value) = split /=/, $_, 2;
    $value =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
    $q{$name} = $value;
  }
  my $body = '';
  read $client, $body, $header{'content-length'} || 0;
  my ($code, $answer) =
      $path =~ m{^/api/v1/query(_range)?$}
    ? defined $q{from} ? datadog(\%q, \%header) : prometheus($path, \%q)
    : $path eq '/api/v2/chart/api' ? wavefront(\%q, \%header)
    : "$method $path" eq 'POST /graphql' ? newrelic(\%header, $body)
    : (404, {});
  my $json = encode_json($answer);
  print $client "HTTP/1.1 $code Answer\r\nContent-Type: application/json\r\nContent-Length: ",
    length $json, "\r\nConnection: close\r\n\r\n", $json;
  close $client;
}
