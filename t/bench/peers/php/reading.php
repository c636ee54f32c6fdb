<?php
// A chapter is read: one transaction.

declare(strict_types=1);

const DEADLOCK = 1213;
const ATTEMPTS = 3;

function record_reading(array $user, int $khatma, ?array $body): array
{
    $chapter = $body['chapter_assigned'] ?? null;
    if (!is_int($chapter) || $chapter < 1 ||
        ($body['is_completed'] ?? true) !== true) {
        throw new Refusal(400, 'validation_error');
    }
    for ($attempt = 1;; $attempt++) {
        try {
            run('SET TRANSACTION ISOLATION LEVEL READ COMMITTED', []);
            db()->begin_transaction();
            $answer = complete($user, $khatma, $chapter);
            db()->commit();
            return $answer;
        } catch (Throwable $error) {
            db()->rollback();
            if ($error->getCode() !== DEADLOCK || $attempt === ATTEMPTS) {
                throw $error;
            }
        }
    }
}

function complete(array $user, int $id, int $chapter): array
{
    $khatma = one('SELECT id, creator_id, name, division, status, is_public,
        chapters_total, chapters_completed FROM khatmas WHERE id = ?
        FOR UPDATE', [$id]) ?? throw new Refusal(404, 'khatma_not_found');
    $found = one(
        "SELECT EXISTS (SELECT 1 FROM memberships
                WHERE khatma_id = ? AND user_id = ?) AS is_member,
            c.state, c.reader_id, s.id AS session, s.created_at
        FROM (SELECT 1) one
        LEFT JOIN chapters c ON c.khatma_id = ? AND c.number = ?
        LEFT JOIN sessions s ON s.khatma_id = c.khatma_id
            AND s.chapter = c.number AND s.user_id = ?
            AND s.is_completed = FALSE",
        [$id, $user['id'], $id, $chapter, $user['id']],
    );
    refuse_others($khatma, $found, $user['id']);

    $now = (new DateTimeImmutable('now', new DateTimeZone('UTC')))
        ->format('Y-m-d H:i:s.u');
    $day = today($user['timezone'])->format('Y-m-d');
    $session = $found['session'] === null ?
        insert_session($khatma, $chapter, $user['id'], $now, $day) :
        finish_session($found['session'], $now, $day);
    run("UPDATE chapters SET state = 'completed', reader_id = ?,
        claimed_at = COALESCE(claimed_at, ?), completed_at = ?,
        completed_day = ?, session_id = ?
        WHERE khatma_id = ? AND number = ?",
        [$user['id'], $now, $now, $day, $session, $id, $chapter]);
    notify_read($khatma, $chapter, $user['id'], $session, $now);
    follow_reader($user['id'], $khatma, $session, $day, $now);
    run("UPDATE khatmas SET
        chapters_completed = (SELECT COUNT(*) FROM chapters
            WHERE khatma_id = khatmas.id AND state = 'completed'),
        chapters_free = (SELECT COUNT(*) FROM chapters
            WHERE khatma_id = khatmas.id AND state = 'free'),
        updated_at = ? WHERE id = ?", [$now, $id]);

    return [$found['session'] === null ? 201 : 200, [
        'id' => $session,
        'user' => ['id' => $user['id'], 'fullname' => $user['fullname']],
        'khatma' => $id,
        'khatma_name' => $khatma['name'],
        'chapter_assigned' => $chapter,
        'is_completed' => true,
        'reading_date' => iso($now),
        'created_at' => iso($found['created_at'] ?? $now),
    ]];
}

// What is no ordinary chapter, the one that completes a khatma among it.
function refuse_others(array $khatma, array $found, int $user): void
{
    if (!$found['is_member']) {
        throw new Refusal(403,
            $khatma['is_public'] ? 'members_only' : 'forbidden');
    }
    if ($khatma['status'] !== 'active') {
        throw new Refusal(400, "khatma_$khatma[status]");
    }
    if ($found['state'] === null) {
        throw new Refusal(400, 'validation_error');
    }
    if ($found['state'] === 'completed') {
        throw new Refusal(400, 'chapter_completed');
    }
    if ($found['state'] === 'claimed' && $found['reader_id'] !== $user) {
        throw new Refusal(400, 'chapter_taken');
    }
    if ($khatma['chapters_completed'] + 1 === $khatma['chapters_total']) {
        throw new Refusal(400, 'last_chapter');
    }
}

function insert_session(array $khatma, int $chapter, int $user, string $now,
    string $day): int
{
    run('INSERT INTO sessions (khatma_id, division, chapter, user_id,
        is_completed, reading_date, local_day, counts_day, created_at)
        VALUES (?, ?, ?, ?, TRUE, ?, ?, TRUE, ?)',
        [$khatma['id'], $khatma['division'], $chapter, $user, $now, $day,
            $now]);

    return db()->insert_id;
}

function finish_session(int $session, string $now, string $day): int
{
    run('UPDATE sessions SET is_completed = TRUE, reading_date = ?,
        local_day = ?, counts_day = TRUE WHERE id = ?',
        [$now, $day, $session]);

    return $session;
}

function notify_read(array $khatma, int $chapter, int $reader, int $session,
    string $now): void
{
    $values = [];
    $users = array_unique([$reader, $khatma['creator_id']]);
    foreach ($users as $user) {
        array_push($values, $user,
            "chapter_completed:$khatma[id]:$chapter:$reader",
            $khatma['id'], $reader, $chapter, $session, $now);
    }
    run("INSERT INTO notifications (user_id, notification_type, once_key,
        khatma_id, actor_id, chapter, session_id, created_at) VALUES " .
        implode(', ', array_fill(0, count($users),
            "(?, 'chapter_completed', ?, ?, ?, ?, ?, ?)")) .
        ' ON DUPLICATE KEY UPDATE notifications.id = notifications.id',
        $values);
}

// What is kept of the reader, and what it earns.
function follow_reader(int $id, array $khatma, int $session, string $day,
    string $now): void
{
    $kept = one('SELECT streak_first_day, streak_last_day, longest_streak,
        juz_read, (SELECT GROUP_CONCAT(achievement_type) FROM achievements
            WHERE user_id = users.id) AS has
        FROM users WHERE id = ? FOR UPDATE', [$id]);
    $streak = [$kept['streak_first_day'], $kept['streak_last_day'],
        $kept['longest_streak'], 0];
    if ($streak[1] === null || $day < $streak[0] || $day > $streak[1]) {
        $streak = streak(array_column(rows('SELECT DISTINCT local_day
            FROM sessions WHERE user_id = ? AND is_completed = TRUE
            AND counts_day = TRUE ORDER BY local_day', [$id]), 'local_day'));
    }
    $juz = $kept['juz_read'] < 30 ? juz_read($id) : 30;
    run('UPDATE users SET streak_first_day = ?, streak_last_day = ?,
        longest_streak = ?, juz_read = ?,
        chapters_read = (SELECT COUNT(*) FROM sessions
            WHERE user_id = users.id AND is_completed = TRUE)
        WHERE id = ?', [$streak[0], $streak[1], $streak[2], $juz, $id]);

    $earned = array_keys(array_filter(['streak_7' => $streak[2] >= 7,
        'streak_30' => $streak[2] >= 30, 'chapter_master' => $juz === 30,
        'consistent_reader' => $streak[3] >= 20]));
    foreach (array_diff($earned, explode(',', $kept['has'] ?? '')) as $type) {
        run('INSERT INTO achievements (user_id, achievement_type, khatma_id,
            khatma_name, session_id, earned_at) VALUES (?, ?, ?, ?, ?, ?)',
            [$id, $type, $khatma['id'], $khatma['name'], $session, $now]);
        run("INSERT INTO notifications (user_id, notification_type, once_key,
            khatma_id, achievement_type, session_id, created_at)
            VALUES (?, 'achievement_earned', ?, ?, ?, ?, ?)",
            [$id, "achievement_earned:$type", $khatma['id'], $type, $session,
                $now]);
    }
}

// Of days in order: the first and last of the latest run, the length of the
// longest, and the most days within 28.
function streak(array $days): array
{
    $numbers = array_map(day_number(...), $days);
    $first = $oldest = $longest = $densest = 0;
    foreach ($numbers as $i => $n) {
        if ($i > 0 && $n !== $numbers[$i - 1] + 1) {
            $first = $i;
        }
        while ($n - $numbers[$oldest] >= 28) {
            $oldest++;
        }
        $longest = max($longest, $n - $numbers[$first] + 1);
        $densest = max($densest, $i - $oldest + 1);
    }
    return [$days[$first] ?? null, end($days) ?: null, $longest, $densest];
}

// How many juz were read: in one division, all chapters that touch it.
function juz_read(int $user): int
{
    $read = [];
    foreach (rows('SELECT DISTINCT division, chapter FROM sessions
        WHERE user_id = ? AND is_completed = TRUE', [$user]) as $row) {
        $read[$row['division']][$row['chapter']] = true;
    }
    $ranges = fn (int $parts) => array_map(
        fn ($n) => [($n - 1) * $parts + 1, $n * $parts], range(1, 30));
    $juz = [];
    foreach ($read as $division => $chapters) {
        $bounds = match ($division) {
            'juz' => $ranges(1),
            'hizb' => $ranges(2),
            'rub' => $ranges(8),
            'surah' => bounds(1, 3),
            'page' => bounds(9, 10),
        };
        foreach ($bounds as $n => [$first, $last]) {
            $all = range($first, $last);
            if (array_diff($all, array_keys($chapters)) === []) {
                $juz[$n] = true;
            }
        }
    }
    return count($juz);
}

// Two columns of the table of juz.
function bounds(int $first, int $last): array
{
    $bounds = [];
    foreach (file(getenv('JUZ_FILE')) as $line) {
        if (ctype_digit($line[0])) {
            $column = explode("\t", $line);
            $bounds[] = [(int)$column[$first], (int)$column[$last]];
        }
    }
    return $bounds;
}
