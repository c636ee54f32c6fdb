<?php
// Who asks: the access token, and the row of its user.

declare(strict_types=1);

function base64url_decode(string $text): string
{
    return (string)base64_decode(strtr($text, '-_', '+/'), true);
}

// The header of the service's own tokens, in which the key is named.
function token_header(string $key): string
{
    $kid = substr(hash('sha256', "khatma-kid:$key"), 0, 16);
    $json = '{"alg":"HS256","kid":"' . $kid . '","typ":"JWT"}';

    return rtrim(strtr(base64_encode($json), '+/', '-_'), '=');
}

// The claims of a good access token, else null.
function token_claims(string $token): ?array
{
    $key = getenv('JWT_KEY');
    $parts = explode('.', $token);
    if (count($parts) !== 3 || $parts[0] !== token_header($key)) {
        return null;
    }
    $mac = hash_hmac('sha256', "$parts[0].$parts[1]", $key, true);
    if (!hash_equals($mac, base64url_decode($parts[2]))) {
        return null;
    }
    $claims = json_decode(base64url_decode($parts[1]), true);

    return is_array($claims) && claims_apply($claims, time()) ? $claims : null;
}

function claims_apply(array $c, int $now): bool
{
    foreach (['user_id', 'iat', 'exp', 'sid', 'nbf'] as $name) {
        if (isset($c[$name]) && !ctype_digit((string)$c[$name])) {
            return false;
        }
    }
    return isset($c['user_id'], $c['iat'], $c['exp'], $c['jti']) &&
        ($c['token_type'] ?? '') === 'access' && $c['jti'] !== '' &&
        $now < $c['exp'] && $c['iat'] <= $now + 30 &&
        ($c['nbf'] ?? 0) <= $now + 30 &&
        !isset($c['iss']) && !isset($c['aud']);
}

function authenticate(string $header): array
{
    if (!preg_match('/^Bearer +(\S+)$/i', $header, $m)) {
        throw new Refusal(401, 'token_missing');
    }
    $claims = token_claims($m[1]);
    $user = $claims === null ? null : one(
        "SELECT u.id, u.fullname, u.email, u.gender, u.phone, u.bio,
            u.timezone, u.language, u.date_joined, u.khatmas_completed,
            u.streak_first_day, u.streak_last_day, u.longest_streak,
            u.chapters_read, u.juz_read,
            TIMESTAMPDIFF(SECOND, '1970-01-01', u.password_changed_at)
                AS changed,
            l.id IS NOT NULL AND l.revoked_at IS NULL AS goes_on
        FROM users u LEFT JOIN logins l ON l.id = ? AND l.user_id = u.id
        WHERE u.id = ?",
        [$claims['sid'] ?? 0, (int)$claims['user_id']],
    );
    if ($user === null || !(isset($claims['sid']) ? $user['goes_on'] :
        $claims['iat'] >= $user['changed'])) {
        throw new Refusal(401, 'token_invalid');
    }
    return $user;
}
