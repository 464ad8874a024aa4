#!/usr/bin/perl
# fake_service.pl FILE PORT_FILE STATE: an HTTP server on loopback that answers
# each request with FILE. @COUNT@ in it grows by 10 with each request. Writes its
# port to PORT_FILE, and makes STATE/started with the first request.
use strict;
use warnings;
use IO::Socket::INET;

my ($file, $port_file, $state) = @ARGV;
open my $in, '<', $file or die "$file: $!";
my $text = do { local $/; <$in> };
my $server = IO::Socket::INET->new(Listen => 16, LocalAddr => '127.0.0.1') or die $!;
open my $out, '>', "$port_file.new" or die $!;
print $out $server->sockport;
close $out;
rename "$port_file.new", $port_file or die $!;

my $count = 0;
while (my $client = $server->accept) {
  while (my $line = <$client>) { last if $line =~ /^\r?$/ }
  $count += 10;
  (my $body = $text) =~ s/\@COUNT@/$count/g;
  print $client "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ",
    length $body, "\r\nConnection: close\r\n\r\n", $body;
  close $client;
  open my $sign, '>', "$state/started" or die $!;
}
