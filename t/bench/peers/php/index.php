<?php
// The front controller: every request that nginx has for /php/ comes here.

declare(strict_types=1);

require __DIR__ . '/lib.php';
require __DIR__ . '/token.php';
require __DIR__ . '/khatmas.php';
require __DIR__ . '/reading.php';

function profile(array $user): array
{
    $header = $_SERVER['HTTP_ACCEPT_LANGUAGE'] ?? '';

    return [
        'id' => $user['id'],
        'fullname' => $user['fullname'],
        'email' => $user['email'],
        'gender' => $user['gender'],
        'phone' => $user['phone'],
        'bio' => $user['bio'],
        'timezone' => $user['timezone'],
        'language' => $user['language'] ??
            (str_starts_with($header, 'ar') ? 'ar' : 'en'),
        'total_khatmas_completed' => $user['khatmas_completed'],
        'current_streak' => current_streak($user),
        'longest_streak' => $user['longest_streak'],
        'date_joined' => iso($user['date_joined']),
    ];
}

function statistics(array $user): array
{
    $id = $user['id'];
    $today = today($user['timezone']);
    $s = one(
        "SELECT (SELECT COUNT(*) FROM memberships WHERE user_id = ?) AS total,
            (SELECT COUNT(*) FROM memberships m
                JOIN khatmas k ON k.id = m.khatma_id
                    AND k.status = 'completed'
                WHERE m.user_id = ? AND EXISTS (SELECT 1 FROM chapters c
                    WHERE c.reader_id = m.user_id AND c.state = 'completed'
                    AND c.khatma_id = k.id)) AS completed,
            (SELECT COUNT(*) FROM sessions WHERE user_id = ?
                AND is_completed = TRUE AND counts_day IN (FALSE, TRUE)
                AND local_day BETWEEN ? AND ?) AS month,
            (SELECT COUNT(*) FROM achievements WHERE user_id = ?) AS awards,
            (SELECT CAST(COALESCE(SUM(participants_count), 0) AS SIGNED)
                FROM khatmas WHERE creator_id = ?) AS participants",
        [$id, $id, $id, $today->modify('-29 days')->format('Y-m-d'),
            $today->format('Y-m-d'), $id, $id],
    );

    return [
        'total_khatmas' => $s['total'],
        'completed_khatmas' => $s['completed'],
        'total_chapters_read' => $user['chapters_read'],
        'current_streak' => current_streak($user),
        'achievements_count' => $s['awards'],
        'completion_rate' => percentage($s['completed'], $s['total']),
        'average_daily_chapters' =>
            intdiv($s['month'] * 20 + 30, 60) / 10,
        'longest_streak' => $user['longest_streak'],
        'distinct_chapters_read' => $user['juz_read'],
        'total_participants' => $s['participants'],
    ];
}

function answer(string $method, string $path): array
{
    if ($path === '/constant') {
        return [200, ['status' => 'ok']];
    }
    $user = authenticate($_SERVER['HTTP_AUTHORIZATION'] ?? '');
    switch ("$method $path") {
        case 'GET /user/me/':
            return [200, profile($user)];
        case 'GET /stats/user/':
            return [200, statistics($user)];
        case 'GET /khatmas/':
            return [200, public_khatmas($user)];
    }
    if ($method === 'POST' &&
        preg_match('#^/khatmas/([1-9][0-9]{0,17})/sessions/$#', $path, $m)) {
        $body = json_decode(file_get_contents('php://input'), true);
        return record_reading($user, (int)$m[1], $body);
    }
    throw new Refusal(404, 'not_found');
}

try {
    $path = strtok($_SERVER['REQUEST_URI'], '?');
    [$status, $body] =
        answer($_SERVER['REQUEST_METHOD'], substr($path, strlen('/php')));
} catch (Refusal $refusal) {
    [$status, $body] = [$refusal->status,
        ['status' => $refusal->status, 'code' => $refusal->getMessage()]];
}
http_response_code($status);
header('Content-Type: application/json');
header('Cache-Control: no-store');
echo json_encode($body, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES |
    JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR);
