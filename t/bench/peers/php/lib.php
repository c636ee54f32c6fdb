<?php
// The database, days and numbers.

declare(strict_types=1);

final class Refusal extends Exception
{
    public function __construct(public readonly int $status, string $word)
    {
        parent::__construct($word);
    }
}

// A connection that outlives the request.
function db(): mysqli
{
    static $db;

    if ($db === null) {
        $db = new mysqli();
        $db->options(MYSQLI_SET_CHARSET_NAME, 'utf8mb4');
        $db->real_connect('p:localhost', getenv('DB_USER'),
            getenv('DB_PASSWORD'), getenv('DB_NAME'), null,
            getenv('DB_SOCKET'));
    }
    return $db;
}

function run(string $sql, array $values): mysqli_result|bool
{
    return db()->execute_query($sql, $values);
}

function rows(string $sql, array $values): array
{
    return run($sql, $values)->fetch_all(MYSQLI_ASSOC);
}

function one(string $sql, array $values): ?array
{
    return run($sql, $values)->fetch_assoc();
}

// "2026-11-23 15:47:53.133038" as the API writes it.
function iso(string $time): string
{
    return substr_replace($time, 'T', 10, 1) . 'Z';
}

function today(string $zone): DateTimeImmutable
{
    $local = new DateTimeImmutable('now', new DateTimeZone($zone));

    return new DateTimeImmutable($local->format('Y-m-d'),
        new DateTimeZone('UTC'));
}

// The days from 1970 to "2026-11-23".
function day_number(string $day): int
{
    return intdiv((int)strtotime("$day UTC"), 86400);
}

function current_streak(array $user): int
{
    if ($user['streak_last_day'] === null) {
        return 0;
    }
    $today = intdiv(today($user['timezone'])->getTimestamp(), 86400);
    $last = day_number($user['streak_last_day']);

    return $last < $today - 1 ? 0 :
        $last - day_number($user['streak_first_day']) + 1;
}

// In percent with one decimal, half up; 100.0 only when nothing is open.
function percentage(int $part, int $whole): float
{
    if ($whole === 0) {
        return 0.0;
    }
    $tenths = intdiv($part * 2000 + $whole, 2 * $whole);

    return ($part < $whole ? min($tenths, 999) : $tenths) / 10;
}
