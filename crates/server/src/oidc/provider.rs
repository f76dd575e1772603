//! What is asked of a provider: where its sign-in is, who a code stands for, where its sign-out is.
//!
//! Owns the asking, and what is kept of a provider: its description and its keys, for some minutes. Must never believe an
//! answer that [`super::party`] has not looked at.

use super::Trouble;
use super::flow::Flow;
use super::line::{Line, LineTo, Unanswered};
use super::party::{
    Identity, Metadata, Party, Person, Returned, Tokens, check_sender, completed, identity,
    is_unknown_key, party, verify, why,
};
use crate::places::{Place, Places};
use crate::pull::cursor::CursorKey;
use crate::storage::ProviderRow;
use afield_domain::Timestamp;
use openidconnect::core::{CoreAuthPrompt, CoreErrorResponseType, CoreResponseType};
use openidconnect::{
    AuthenticationFlow, AuthorizationCode, AuthorizationRequest, ClientId, CsrfToken,
    DiscoveryError, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, RequestTokenError, Scope, SubjectIdentifier,
    TokenResponse as _, UserInfoError,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// For how long what a provider says of itself is taken for true.
const FRESH: Duration = Duration::from_mins(10);
/// A provider that has not answered is not asked again for so long: who waits for it goes away.
const RESTS: Duration = Duration::from_secs(5);
/// Sign-ins at one provider that are looked at, or wait for it, at the same time.
const AT_ONCE: usize = 48;
/// Providers of which something is kept; beyond, all of it is fetched anew.
const KEPT: usize = 1_000;

/// What is known of one provider.
#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Instant)>,
    failed: Option<Instant>,
}

/// All companies' providers.
pub(crate) struct Providers {
    /// None where the system has no TLS.
    line: Option<Line>,
    known: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>,
    turns: Places<String>,
}

impl Providers {
    /// Asks each with `patience` for a request and its answer.
    pub(crate) fn new(patience: Duration) -> Self {
        Self {
            line: Line::new(patience),
            known: Mutex::default(),
            turns: Places::default(),
        }
    }

    /// Where a browser begins `flow`; if its user `chooses`, with the choice of who to be there.
    pub(crate) async fn begin(
        &self,
        row: &ProviderRow,
        flow: &Flow,
        key: &CursorKey,
        chooses: bool,
    ) -> Result<String, Trouble> {
        let _turn = self.turn(row)?;
        let metadata = self.load(row, None).await?;
        let verifier = PkceCodeVerifier::new(flow.verifier(key));
        let (state, nonce) = (flow.id.clone(), flow.nonce(key));
        let party = party(row, &metadata)?;
        let asked = party.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        );
        let scopes = ["email", "profile"].map(|scope| Scope::new(scope.to_owned()));
        let prompts = chooses.then_some(CoreAuthPrompt::SelectAccount);
        let asked = prompts
            .into_iter()
            .fold(asked.add_scopes(scopes), AuthorizationRequest::add_prompt);
        let (address, ..) = asked
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(address.into())
    }

    /// Who has come back, if the provider says so for exactly this `flow`.
    pub(crate) async fn identify(
        &self,
        row: &ProviderRow,
        (flow, returned): (&Flow, Returned),
        key: &CursorKey,
        now: Timestamp,
    ) -> Result<Identity, Trouble> {
        let _turn = self.turn(row)?;
        let metadata = self.load(row, None).await?;
        check_sender(&metadata, &returned)?;
        if let Some(error) = &returned.error {
            tracing::info!(company = %row.company, "a provider let nobody in");
            return Err(match error.as_str() {
                "temporarily_unavailable" | "server_error" => Trouble::Provider,
                _ => Trouble::Cancelled,
            });
        }
        let code = returned.code.ok_or(Trouble::Refused)?;
        let verifier = PkceCodeVerifier::new(flow.verifier(key));
        let asking = party(row, &metadata)?;
        let tokens = self.exchange(row, &asking, (code, verifier)).await?;
        let token = tokens.id_token().ok_or(Trouble::Refused)?;
        let nonce = Nonce::new(flow.nonce(key));
        let mut claims = verify(&asking, token, (&nonce, flow), now);
        if claims.as_ref().is_err_and(is_unknown_key) {
            // It may have got other keys since. The token is from itself: nobody else makes us ask.
            let renewed = self.load(row, Some(&metadata)).await?;
            claims = verify(&party(row, &renewed)?, token, (&nonce, flow), now);
        }
        let claims = claims.map_err(|error| {
            tracing::warn!(company = %row.company, why = why(&error), "a provider's token is not believed");
            Trouble::Refused
        })?;
        let who = identity(&claims, &row.role_claim);
        match who.email {
            Some(_) => Ok(who),
            None => self.ask_more(row, &asking, (tokens, who)).await,
        }
    }

    async fn exchange(
        &self,
        row: &ProviderRow,
        party: &Party,
        (code, verifier): (String, PkceCodeVerifier),
    ) -> Result<Tokens, Trouble> {
        let asked = party.exchange_code(AuthorizationCode::new(code));
        let asked = asked.map_err(|_| Trouble::Provider)?;
        let asked = asked.set_pkce_verifier(verifier);
        let answer = asked.request_async(&self.line(row)?).await;
        answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => {
                tracing::warn!(company = %row.company, kind = kind_of(said.error()), "a provider did not take a code");
                // Whoever guesses codes meets this one. All else is between the provider and us, and nobody's fault here.
                match said.error() {
                    CoreErrorResponseType::InvalidGrant => Trouble::Refused,
                    _ => Trouble::Provider,
                }
            }
            RequestTokenError::Request(error) => not_reached(row, &error),
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                tracing::warn!(company = %row.company, "a provider's answer to a code is no token");
                Trouble::Provider
            }
        })
    }

    /// What the provider says of `who` where it is asked for it: many name no more than the subject in a token. One that
    /// cannot be asked leaves it at that.
    async fn ask_more(
        &self,
        row: &ProviderRow,
        party: &Party,
        (tokens, who): (Tokens, Identity),
    ) -> Result<Identity, Trouble> {
        let subject = SubjectIdentifier::new(who.subject.clone());
        let Ok(asked) = party.user_info(tokens.access_token().clone(), Some(subject)) else {
            return Ok(who);
        };
        let told: Result<Person, _> = asked.request_async(&self.line(row)?).await;
        match told {
            Ok(told) => Ok(completed(who, &told, &row.role_claim)),
            Err(UserInfoError::Request(error)) => Err(not_reached(row, &error)),
            Err(UserInfoError::ClaimsVerification(_)) => {
                tracing::warn!(company = %row.company, "a provider tells of somebody else than was asked for");
                Err(Trouble::Refused)
            }
            Err(_) => {
                tracing::warn!(company = %row.company, "what a provider says of somebody cannot be read");
                Err(Trouble::Provider)
            }
        }
    }

    /// Where a browser ends its session at the provider; none where that has no such place.
    pub(crate) async fn end(&self, row: &ProviderRow) -> Result<Option<String>, Trouble> {
        let _turn = self.turn(row)?;
        let metadata = self.load(row, None).await?;
        let Some(place) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let asked = LogoutRequest::from(place).set_client_id(ClientId::new(row.client_id.clone()));
        let back = PostLogoutRedirectUrl::new(format!("{}/sign-in", row.address));
        let asked = asked.set_post_logout_redirect_uri(back.map_err(|_| Trouble::Fault)?);
        Ok(Some(asked.http_get_url().into()))
    }

    fn line(&self, row: &ProviderRow) -> Result<LineTo, Trouble> {
        let line = self.line.as_ref().ok_or(Trouble::Fault)?;
        Ok(line.to(&row.issuer))
    }

    fn turn(&self, row: &ProviderRow) -> Result<Place<String>, Trouble> {
        let turn = self.turns.take(row.issuer.clone(), AT_ONCE);
        turn.ok_or(Trouble::Wait)
    }

    /// What the provider says of itself, another than `stale`. One asks, the others wait for what comes of it.
    async fn load(
        &self,
        row: &ProviderRow,
        stale: Option<&Arc<Metadata>>,
    ) -> Result<Arc<Metadata>, Trouble> {
        let asked = Instant::now();
        let known = self.known_of(&row.issuer);
        let mut known = known.lock().await;
        if let Some((metadata, since)) = &known.metadata
            && since.elapsed() < FRESH
            && stale.is_none_or(|stale| !Arc::ptr_eq(stale, metadata))
        {
            return Ok(Arc::clone(metadata));
        }
        if known.failed.is_some_and(|at| at + RESTS > asked) {
            return Err(Trouble::Provider);
        }
        let issuer = IssuerUrl::new(row.issuer.clone()).map_err(|_| Trouble::Provider)?;
        match Metadata::discover_async(issuer, &self.line(row)?).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Known {
                    metadata: Some((Arc::clone(&metadata), Instant::now())),
                    failed: None,
                };
                Ok(metadata)
            }
            Err(error) => {
                known.failed = Some(Instant::now());
                Err(match error {
                    DiscoveryError::Request(error) => not_reached(row, &error),
                    _ => {
                        tracing::warn!(company = %row.company, "what a provider says of itself cannot be read");
                        Trouble::Provider
                    }
                })
            }
        }
    }

    fn known_of(&self, issuer: &str) -> Arc<tokio::sync::Mutex<Known>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT && !known.contains_key(issuer) {
            known.clear();
        }
        Arc::clone(known.entry(issuer.to_owned()).or_default())
    }
}

/// The kind of a refusal, where it is one of the standard's words: anything else is the provider's own.
fn kind_of(error: &CoreErrorResponseType) -> &str {
    match error {
        CoreErrorResponseType::Extension(_) => "other",
        known => known.as_ref(),
    }
}

fn not_reached(row: &ProviderRow, error: &Unanswered) -> Trouble {
    tracing::warn!(company = %row.company, %error, "a provider does not answer");
    Trouble::Provider
}
