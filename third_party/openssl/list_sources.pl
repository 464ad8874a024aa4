# Prints the sources of libcrypto and libssl, a line each, sorted, as Configure
# has written them to configdata.pm in the current directory.
use strict;
use warnings;
use lib '.';
use configdata;

our %unified_info;
our %config;
my %seen;

# A library is made of objects and of other libraries, an object of sources.
sub walk {
    my ($name) = @_;
    my $parts = $unified_info{sources}->{$name};
    return map { walk($_) } @$parts if $parts;
    $name =~ s/^\Q$config{sourcedir}\E\///;
    return $seen{$name}++ ? () : ($name);
}

print map { "$_\n" } sort map { walk($_) }
    qw(libcrypto libssl providers/libcommon.a providers/libdefault.a);
