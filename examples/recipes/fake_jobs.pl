#!/usr/bin/perl
# fake_jobs.pl KIND PORT_FILE STATE: stands in for the HTTP API of buildbot,
# jenkins, slurmrestd or kubernetes, on loopback, with answers of the form that
# is published. It runs one job, which begins with the second look at it and goes
# on, by RECIPE_MODE: ok: for some looks; fail: for one, and fails; stay: until it
# is withdrawn. Writes its port to PORT_FILE; STATE/left names a job that waits or
# runs, and STATE/started is there once one runs and was looked at again. Answers
# without the right secret are refusals: it is "secret of FILE", where FILE is the
# last part of the secret's path in the recipe. RECIPE_TESTDATA has the outputs.
use strict;
use warnings;
use IO::Socket::INET;
use MIME::Base64;

my ($kind, $port_file, $state) = @ARGV;
my %file = (
  buildbot => 'buildbot', jenkins => 'jenkins-token', slurmrestd => 'slurm-token', kubernetes => 'token');
my $secret = "secret of $file{$kind}";
my $basic = 'Basic ' . encode_base64("servo:$secret", '');
my $mode = $ENV{RECIPE_MODE};
my ($job, $looks, $name) = ('none', 0, '');    # none waiting running ok failed cancelled gone

sub put {
  my ($file, $text) = @_;
  open my $out, '>', "$file.new" or die $!;
  print $out $text;
  close $out;
  rename "$file.new", $file or die $!;
}

sub saved {
  open my $in, '<', "$ENV{RECIPE_TESTDATA}/$kind.out" or die $!;
  local $/;
  return <$in>;
}

sub submit {
  $job = 'waiting';
  put("$state/left", "$kind\n");
}

sub look {
  return if $job !~ /waiting|running/;
  ++$looks;
  $job = 'running' if $looks == 2;
  put("$state/started", '') if $looks == 4;
  $job = 'ok' if $mode eq 'ok' && $looks == 6;
  $job = 'failed' if $mode eq 'fail' && $looks == 4;
  unlink "$state/left" if $job !~ /waiting|running/;
}

sub withdraw {
  $job = 'cancelled' if $job =~ /waiting|running/;
  unlink "$state/left";
}

sub over { return $job =~ /ok|failed|cancelled/ }

sub json { return (200, '', $_[0]) }

my %answer = (
  buildbot => sub {
    my ($what, $header, $body) = @_;
    if ($what eq 'GET /auth/login') {
      return (401, '', '') if ($header->{authorization} // '') ne $basic;
      return (302, "Location: /\r\nSet-Cookie: TWISTED_SESSION=nobody; Path=/\r\n"
          . "Set-Cookie: TWISTED_SESSION=is-servo; Path=/\r\n", '');
    }
    return (403, '', '{"error": "no role"}')
      if ($header->{cookie} // '') ne 'TWISTED_SESSION=is-servo';
    my %results = (ok => 0, failed => 2, cancelled => 6);
    my $complete = over() ? 'true' : 'false';
    my $results = $results{$job} // 'null';
    if ($what eq 'POST /api/v2/forceschedulers/load') {
      return (400, '', '{"error": {"message": "no reason"}}')
        if $body !~ /"method":"force"/ || $body !~ /"reason":"servo \w{12}"/;
      submit();
      return json('{"id":1,"jsonrpc":"2.0","result":[3,{"1":7}]}');
    }
    if ($what eq 'GET /api/v2/buildrequests/7/builds') {
      look();
      return json('{"builds": [], "meta": {"total": 0}}') if $job eq 'waiting';
      my %text = (running => 'building', failed => 'cannot do it (failure)');
      $complete = over() ? 'true' : 'false';
      $results = $results{$job} // 'null';
      return json(qq({"builds": [{"buildid": 70, "complete": $complete, "results": $results, )
          . qq("state_string": ") . ($text{$job} // $job) . qq("}], "meta": {"total": 1}}));
    }
    return json(saved()) if $what eq 'GET /api/v2/builds/70/steps/load/logs/stdio/raw';
    if ($what eq 'POST /api/v2/buildrequests/7' && $body =~ /"method":"cancel"/) {
      withdraw();
      return json('{"id":1,"jsonrpc":"2.0","result":null}');
    }
    return json(qq({"buildrequests": [{"buildrequestid": 7, "complete": $complete}]}))
      if $what eq 'GET /api/v2/buildrequests/7';
    return;
  },
  jenkins => sub {
    my ($what, $header, $body) = @_;
    return (401, '', '') if ($header->{authorization} // '') ne $basic;
    return (200, "Set-Cookie: JSESSIONID.1=node0abc;Path=/;HttpOnly\r\n",
      '{"crumb":"0123456789abcdef","crumbRequestField":"Jenkins-Crumb"}')
      if $what eq 'GET /crumbIssuer/api/json';
    return (403, '', 'No valid crumb was included in the request')
      if $what =~ /^POST/
      && ($header->{'jenkins-crumb'} // '') . ($header->{cookie} // '') ne
      '0123456789abcdefJSESSIONID.1=node0abc';
    if ($what eq 'POST /job/load/buildWithParameters') {
      return (400, '', 'no parameters') if $body !~ /SECONDS=\d+&SERVO_RUN=\w{12}/;
      submit();
      return (201, "Location: http://$header->{host}/queue/item/12/\r\n", '');
    }
    if ($what eq 'GET /queue/item/12/api/json') {
      look();
      return json('{"id":12,"cancelled":true}') if $job eq 'cancelled' && $looks < 2;
      return json('{"id":12,"why":"In the quiet period."}') if $job eq 'waiting';
      return json('{"id":12,"cancelled":false,"executable":{"number":5}}');
    }
    if ($what =~ m{^GET /job/load/5/api/json}) {
      look();
      my %result = (ok => '"SUCCESS"', failed => '"FAILURE"', cancelled => '"ABORTED"');
      return json(sprintf '{"building":%s,"duration":%d,"result":%s,"description":"cannot do it"}',
        over() ? ('false', 61500) : ('true', 0), $result{$job} // 'null');
    }
    return json(saved()) if $what eq 'GET /job/load/5/consoleText';
    if ($what eq 'POST /queue/cancelItem') {
      withdraw() if $job eq 'waiting' && $body eq 'id=12';
      return (404, '', '');
    }
    if ($what eq 'POST /job/load/5/stop') {
      withdraw();
      return (302, "Location: http://$header->{host}/job/load/5/\r\n", '');
    }
    return json('') if $what eq 'GET /job/load/5/';
    return;
  },
  slurmrestd => sub {
    my ($what, $header, $body) = @_;
    return (401, '', 'Authentication failure')
      if ($header->{'x-slurm-user-name'} // '') ne 'load'
      || ($header->{'x-slurm-user-token'} // '') ne $secret;
    if ($what eq 'POST /slurm/v0.0.38/job/submit') {
      return (500, '', '{"errors": [{"error": "no script"}]}')
        if $body !~ /"script":"#!/ || $body !~ /"array":"0-3"/ || $body !~ /"LENGTH":"?\d+/;
      submit();
      return json('{"errors": [], "job_id": 5, "step_id": "BATCH"}');
    }
    if ($what eq 'GET /slurm/v0.0.38/job/5') {
      look();
      my %text = (waiting => 'PENDING', running => 'RUNNING', ok => 'COMPLETED',
        cancelled => 'CANCELLED', failed => 'FAILED');
      return json('{"errors": [], "jobs": [' . join(', ', map {
        my $one = $job eq 'failed' && $_ != 2 ? 'COMPLETED' : $text{$job};
        my $comment = $one eq 'COMPLETED' ? 'throughput=' . ($_ + 100) . '.5 p99=' . ($_ + 7) : '';
        qq({"comment": "$comment", "array_task_id": $_, "job_state": "$one", )
          . '"state_description": "cannot do it"}'
      } $job eq 'waiting' ? 3 : 0 .. 3) . ']}');
    }
    return if $what ne 'DELETE /slurm/v0.0.38/job/5';
    withdraw();
    return json('{"errors": []}');
  },
  kubernetes => sub {
    my ($what, $header, $body) = @_;
    return (401, '', '{"kind": "Status", "code": 401}')
      if ($header->{authorization} // '') ne "Bearer $secret";
    my $jobs = '/apis/batch/v1/namespaces/load/jobs';
    if ($what eq "POST $jobs") {
      return (422, '', '{"kind": "Status", "code": 422}') if $body !~ /"name":"(servo-\w{12})"/;
      $name = $1;
      submit();
      return (201, '', $body);
    }
    return (404, '', '{"kind": "Status", "reason": "NotFound", "code": 404}')
      if $job =~ /none|gone/ || $what =~ m{^\w+ \Q$jobs\E/(.*)} && $1 ne $name;
    if ($what eq "GET $jobs/$name") {
      look();
      my %status = (
        waiting => '{"active": 1, "ready": 0}',
        running => '{"active": 1, "ready": 1}',
        ok => '{"succeeded": 1, "conditions": [{"type": "Complete", "status": "True"}]}',
        failed => '{"failed": 1, "conditions": [{"type": "FailureTarget", "status": "True"}, '
          . '{"type": "Failed", "status": "True", "message": "it cannot do it"}]}',
      );
      my $status = $status{$job} // '{"active": 1}';
      $job = 'gone' if $job eq 'cancelled';
      return json(qq({"kind": "Job", "metadata": {"name": "$name"}, "status": $status}));
    }
    return json('{"kind": "PodList", "items": [{"metadata": {"name": "servo-x-abcde"}, '
        . '"status": {"phase": "Succeeded"}}]}')
      if $what eq "GET /api/v1/namespaces/load/pods?labelSelector=job-name%3D$name";
    return json(saved()) if $what eq 'GET /api/v1/namespaces/load/pods/servo-x-abcde/log';
    return if $what ne "DELETE $jobs/$name";
    $body =~ /"propagationPolicy":"Foreground"/ or return (400, '', 'pods would be left');
    unlink "$state/left";
    $job = 'cancelled';
    return json('{"kind": "Job"}');
  },
);

my $server = IO::Socket::INET->new(Listen => 16, LocalAddr => '127.0.0.1') or die $!;
put($port_file, $server->sockport);
while (my $client = $server->accept) {
  my ($what) = (<$client> // '') =~ /^(\S+ \S+)/;
  my (%header, $body);
  while (my $line = <$client>) {
    last if $line =~ /^\r?$/;
    $header{lc $1} = $2 if $line =~ /^([^:]+):\s*(.*?)\r?\n/;
  }
  read $client, $body, $header{'content-length'} // 0;
  next if !defined $what;    # somebody has looked whether this port is open
  my ($status, $more, $text) = $answer{$kind}->($what, \%header, $body // '');
  ($status, $more, $text) = (404, '', "no such thing: $what") if !defined $status;
  print $client "HTTP/1.1 $status -\r\n${more}Content-Length: ", length $text,
    "\r\nConnection: close\r\n\r\n", $text;
  close $client;
}
