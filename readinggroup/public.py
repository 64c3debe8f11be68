"""Every view that needs no log-in, by name; everything else asks for one (LoginRequiredMiddleware)."""

PUBLIC_VIEWS = {
    "home",
    "healthz",
    "readyz",
    "groups:join",
    "notifications:stop",
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
}
