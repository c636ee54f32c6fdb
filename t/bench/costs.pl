#!/usr/bin/perl
# costs.pl - sends requests and says what they have cost. costs.sh calls it,
# see there.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_hex);
use FindBin;
use MIME::Base64 qw(encode_base64url);
use Time::HiRes qw(time);
use lib $FindBin::Bin;
use Http;
use Used qw(used);

my ($socket, $keyfile, $readers, $groups, $days, $most, $db, $nginx, $workers)
    = @ARGV;
my @parts = ([split ' ', $workers], [split ' ', $nginx], [$db]);
my $http = Http->new($socket, 'Accept-Encoding: gzip');

open my $file, '<', $keyfile or die "$keyfile: $!";
chomp(my $key = <$file>);
my $kid = substr sha256_hex("khatma-kid:$key"), 0, 16;

sub token {
	my ($user, $type) = @_;
	my $jti = "$type-$user";
	my $now = int time;
	my $text = join '.', map { encode_base64url($_) }
	    qq({"alg":"HS256","kid":"$kid","typ":"JWT"}),
	    sprintf '{"token_type":"%s","exp":%d,"iat":%d,"jti":"%s",' .
	    '"user_id":"%d","sid":%d}', $type, $now + 3600, $now, $jti, $user,
	    $user;
	return "$text." . encode_base64url(hmac_sha256($text, $key));
}

# Status and size of the answer.
sub call {
	my ($method, $path, $user, $body) = @_;
	my ($status, $answer) = $http->ask($method, "/api/$path",
	    $user ? token($user, 'access') : '', $body // '');
	return $status, length $answer;
}

# What a request is for reader I (from 0): method, path, user, body.
my $per = 30;
my $today = $days * $groups + 1;
my $pages = ($days + 2) * $groups + 1;

sub khatma_of {
	my ($user, $day) = @_;
	return $day * $groups + int(($user - 1) / $per) + 1;
}

sub own_reading {
	my ($user) = @_;
	return 'POST', 'khatmas/' . khatma_of($user, $days) . '/sessions/',
	    $user, sprintf '{"chapter_assigned": %d}', ($user - 1) % $per + 1;
}

sub get {
	my ($path) = @_;
	return sub { 'GET', $path, $_[0] };
}

my @kinds = (
	['refresh', 200, sub { 'POST', 'refresh/', 0,
	    '{"refresh": "' . token($_[0], 'refresh') . '"}' }],
	['me', 200, get('user/me/')],
	['dashboard', 200, get('dashboard/')],
	['my-khatmas', 200, get('khatmas/?filter=my_khatmas')],
	['joinable', 200, get('khatmas/?filter=joinable')],
	['board', 200, sub { 'GET', 'khatmas/' . khatma_of($_[0], $days) . '/',
	    $_[0] }],
	['board-604', 200, sub { 'GET', "khatmas/$pages/", $_[0] }, 100],
	['join', 201, sub { 'POST', 'khatmas/' .
	    khatma_of(($_[0] + $per - 1) % $readers + 1, $days + 1) . '/join/',
	    $_[0] }, int $readers * 0.9],
	['join-refused', 400, sub { 'POST', 'khatmas/' .
	    khatma_of(($_[0] + $per - 1) % $readers + 1, $days) . '/join/',
	    $_[0] }],
	['session', 201, \&own_reading, int($groups / 3) * $per],
	['session-1000', 201, sub { own_reading($readers - $_[0] + 1) }, $per],
	['notifications', 200, get('notifications/?is_read=false')],
	['mark-all-read', 200, sub { 'PATCH', 'notifications/mark-all-read/',
	    $_[0] }],
	['stats-user', 200, get('stats/user/')],
	['stats-khatma', 200, sub { 'GET', 'stats/khatma/' .
	    khatma_of($_[0], $days) . '/', $_[0] }],
);

sub measure {
	my ($name, $want, $make, $limit) = @{$_[0]};
	my $n = $limit && $limit < $most ? $limit : $most;
	my ($bytes, @before);
	for my $part (0 .. 2) {
		$before[$part] = used(@{$parts[$part]});
	}
	for my $user (1 .. $n) {
		my ($status, $size) = call($make->($user));
		$status == $want or die "$name $user: $status";
		$bytes += $size;
	}
	printf "request\t%s", $name;
	printf "\t%.0f", (used(@{$parts[$_]}) - $before[$_]) / $n for 0 .. 2;
	printf "\t%.0f\n", $bytes / $n;
}

# Writers at once: how many readings a second, of all together.
sub rate {
	my ($name, $writers, $each, $make) = @_;
	my $start = time;
	$http->leave;
	for my $writer (0 .. $writers - 1) {
		next if fork;
		for my $i (0 .. $each - 1) {
			my ($status) = call($make->($writer * $each + $i));
			$status == 201 or die "$name: $status";
		}
		exit 0;
	}
	for (1 .. $writers) {
		wait;
		$? == 0 or die $name;
	}
	printf "rate\t%s\t%d\t%.0f\n", $name, $writers,
	    $writers * $each / (time - $start);
}

$| = 1;
measure($_) for @kinds;
# In a third of the groups nobody has read yet: ten members of each for each
# number of writers, none of whom shares a khatma with another.
my ($first, $round) = (int $groups / 3, 0);
my $free = int(($groups - $first - 1) / 16) * 16;
for my $writers (1, 4, 16) {
	my $each = $free * 10 / $writers;
	my $from = 10 * $round++;
	rate('readings', $writers, $each, sub {
		my ($group, $member) = (int($_[0] / 10), $_[0] % 10);
		own_reading(($first + $group) * $per + $from + $member + 1);
	});
}
rate('readings-of-one-khatma', 8, 60, sub {
	my $page = $_[0] + 1;
	return 'POST', "khatmas/$pages/sessions/", int($page / 2) + 1,
	    "{\"chapter_assigned\": $page}";
});
