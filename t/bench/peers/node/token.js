'use strict';

const { createHash, createHmac, createSecretKey, timingSafeEqual } =
  require('node:crypto');
const { Refusal } = require('./reading');

// The header of the service's own tokens, in which the key is named.
function headerOf(key) {
  const kid = createHash('sha256').update('khatma-kid:' + key).digest('hex')
    .slice(0, 16);
  return Buffer.from(`{"alg":"HS256","kid":"${kid}","typ":"JWT"}`)
    .toString('base64url');
}

function claimsApply(c, now) {
  const numbers = [c.user_id, c.iat, c.exp, c.sid ?? 0, c.nbf ?? 0];
  return numbers.every((n) => /^\d+$/.test(n)) && c.token_type === 'access' &&
    typeof c.jti === 'string' && c.jti !== '' &&
    now < c.exp && c.iat <= now + 30 && (c.nbf ?? 0) <= now + 30 &&
    c.iss === undefined && c.aud === undefined;
}

// The claims of a good access token, else null.
function verify(token, header, key) {
  const [head, payload, signature, more] = token.split('.');
  if (head !== header || !signature || more !== undefined)
    return null;
  const mac = createHmac('sha256', key).update(`${head}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== mac.length || !timingSafeEqual(given, mac))
    return null;
  const claims = JSON.parse(Buffer.from(payload, 'base64url'));
  return claimsApply(claims, Date.now() / 1000) ? claims : null;
}

// A hook that puts the row of the token's user into request.user.
function authenticator(pool, text) {
  const key = createSecretKey(text, 'utf8');
  const header = headerOf(text);

  return async (request) => {
    const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization);
    if (!bearer)
      throw new Refusal(401, 'token_missing');
    const claims = verify(bearer[1], header, key);
    if (!claims)
      throw new Refusal(401, 'token_invalid');
    const [[user]] = await pool.execute(
      `SELECT u.id, u.fullname, u.email, u.gender, u.phone, u.bio, u.timezone,
        u.language, u.date_joined, u.khatmas_completed, u.streak_first_day,
        u.streak_last_day, u.longest_streak, u.chapters_read, u.juz_read,
        TIMESTAMPDIFF(SECOND, '1970-01-01', u.password_changed_at) AS changed,
        l.id IS NOT NULL AND l.revoked_at IS NULL AS goes_on
      FROM users u LEFT JOIN logins l ON l.id = ? AND l.user_id = u.id
      WHERE u.id = ?`, [claims.sid ?? 0, Number(claims.user_id)]);
    if (!user || !(claims.sid ? user.goes_on : claims.iat >= user.changed))
      throw new Refusal(401, 'token_invalid');
    request.user = user;
  };
}

module.exports = { authenticator };
