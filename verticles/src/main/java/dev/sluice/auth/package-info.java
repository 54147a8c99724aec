/**
 * Accounts, logins, access tokens and API keys. The room owns users, sessions, keys and the RSA
 * keys that sign tokens; it announces {@code auth.registered} and {@code auth.logged_in} on the
 * topic {@code users}, and tells every edge over the bus when a session ends. It hears nothing.
 *
 * <p>Passwords are hashed with bcrypt on threads of their own, behind a bulkhead: a storm of logins
 * is refused early and cannot slow anything else down. Tokens are checked by the edges, which need
 * this room only for its public keys.
 */
package dev.sluice.auth;
