<?php
// The list of public khatmas.

declare(strict_types=1);

const PAGE_SIZE = 20;
// A list is counted so far from its page on.
const COUNT_MORE = 1000;

function khatma(array $k, DateTimeImmutable $today): array
{
    $end = (new DateTimeImmutable($k['start_date'], $today->getTimezone()))
        ->modify("+$k[target_days] days");
    $done = $k['status'] === 'completed';
    $late = $end < $today;

    return [
        'id' => $k['id'],
        'name' => $k['name'],
        'description' => $k['description'],
        'khatma_type' => $k['khatma_type'],
        'division' => $k['division'],
        'status' => $k['status'],
        'creator' => ['id' => $k['creator_id'],
            'fullname' => $k['creator_name']],
        'participants_count' => $k['participants_count'],
        'chapters_total' => $k['chapters_total'],
        'chapters_completed' => $k['chapters_completed'],
        'completion_percentage' =>
            percentage($k['chapters_completed'], $k['chapters_total']),
        'target_days' => $k['target_days'],
        'start_date' => $k['start_date'],
        'end_date' => $end->format('Y-m-d'),
        'days_remaining' => $done || $late ? 0 : $today->diff($end)->days,
        'is_overdue' => !$done && $late,
        'is_public' => (bool)$k['is_public'],
        'is_participant' => (bool)$k['is_participant'],
        'chapter_assigned' => $k['chapter_assigned'],
        'created_at' => iso($k['created_at']),
        'updated_at' => iso($k['updated_at']),
    ];
}

function page_address(int $page): string
{
    return 'http://' . $_SERVER['HTTP_HOST'] .
        "/php/khatmas/?page=$page&filter=public";
}

function public_khatmas(array $user): array
{
    $page = filter_var($_GET['page'] ?? '1', FILTER_VALIDATE_INT,
        ['options' => ['min_range' => 1, 'max_range' => 1000000]]);
    if (($_GET['filter'] ?? '') !== 'public' || $page === false) {
        throw new Refusal(400, 'validation_error');
    }
    $today = today($user['timezone']);
    $offset = ($page - 1) * PAGE_SIZE;
    $khatmas = rows(
        "SELECT k.id, k.name, k.description, k.khatma_type, k.division,
            k.status, k.creator_id, c.fullname AS creator_name,
            k.participants_count, k.chapters_total, k.chapters_completed,
            k.target_days, k.start_date, k.is_public, k.created_at,
            k.updated_at, m.user_id IS NOT NULL AS is_participant,
            (SELECT MIN(o.number) FROM chapters o
                WHERE o.reader_id = m.user_id AND o.state = 'claimed'
                AND o.khatma_id = k.id) AS chapter_assigned,
            (SELECT COUNT(*) FROM (SELECT 1 FROM khatmas
                WHERE is_public = TRUE LIMIT ?) n) AS count
        FROM (SELECT id, created_at FROM khatmas
            FORCE INDEX (khatmas_public_created) WHERE is_public = TRUE
            ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?) i
        STRAIGHT_JOIN khatmas k ON k.id = i.id
        STRAIGHT_JOIN users c ON c.id = k.creator_id
        LEFT JOIN memberships m ON m.khatma_id = k.id AND m.user_id = ?
        ORDER BY i.created_at DESC, i.id DESC",
        [$offset + COUNT_MORE, PAGE_SIZE, $offset, $user['id']],
    );
    if ($page > 1 && $khatmas === []) {
        throw new Refusal(404, 'page_not_found');
    }
    $count = $khatmas[0]['count'] ?? 0;

    return [
        'count' => $count,
        'next' => $page * PAGE_SIZE < $count ? page_address($page + 1) : null,
        'previous' => $page > 1 ? page_address($page - 1) : null,
        'results' => array_map(fn ($k) => khatma($k, $today), $khatmas),
    ];
}
