//! We, as a provider knows us: what is asked of it, and what its token must be to be believed.
//!
//! Owns the types that the library is asked with, and every check of an answer. Pure. Must never know a user of ours, nor
//! put anything of a token into a log.

use super::Trouble;
use super::flow::{Flow, PATIENCE_MS};
use crate::auth::token::sha256_hex;
use crate::storage::ProviderRow;
use afield_domain::Timestamp;
use chrono::DateTime;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, ClaimsVerificationError, Client,
    ClientId, ClientSecret, EmptyExtraTokenFields, EndSessionUrl, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IdToken, IdTokenClaims, IdTokenFields, Nonce, ProviderMetadata, RedirectUrl,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How much the provider's clock may differ from ours, in milliseconds.
const SKEW_MS: i64 = 60_000;
/// Where a provider sends a browser back to, before [`mark_of`] it.
const CALLBACK: &str = "/api/v1/sign-in/oidc/callback";

/// How a token may be signed: by a key that the provider alone has. Not by what both know, and not by nothing.
const SIGNED_BY: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The claims of a token beside those that the standard names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Told(Map<String, Value>);

impl AdditionalClaims for Told {}

/// What a provider says of itself beside what every one says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct More {
    pub(super) end_session_endpoint: Option<EndSessionUrl>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for More {}

pub(super) type Metadata = ProviderMetadata<
    More,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;

/// What a provider says of somebody where it is asked for it.
pub(super) type Person = UserInfoClaims<Told, CoreGenderClaim>;

type Fields = IdTokenFields<
    Told,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

pub(super) type Party = Client<
    Told,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Who somebody is, by the provider's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// What it calls them, for ever.
    pub(crate) subject: String,
    /// Their mail address, if it has one.
    pub(crate) email: Option<String>,
    /// Whether it says that the address is theirs; none where it does not say.
    pub(crate) is_verified: Option<bool>,
    /// Their name; empty where it has none.
    pub(crate) name: String,
    /// The values of the claim that says what they may do.
    pub(crate) roles: Vec<String>,
}

/// What a provider has sent a browser back with.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Returned {
    pub(crate) code: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) iss: Option<String>,
}

/// Where the provider sends browsers back to: an address of its own for each (RFC 9700, 4.4.2), so that no code that one
/// has given is ever taken for another's.
pub(crate) fn way_back_of(row: &ProviderRow) -> String {
    format!("{}{CALLBACK}/{}", row.address, mark_of(&row.issuer))
}

/// What stands for a provider in that address.
pub(crate) fn mark_of(issuer: &str) -> String {
    sha256_hex(issuer.as_bytes()).chars().take(16).collect()
}

/// We, as the provider knows us.
pub(super) fn party(row: &ProviderRow, metadata: &Metadata) -> Result<Party, Trouble> {
    let secret = (!row.client_secret.is_empty()).then(|| row.client_secret.clone());
    let back = RedirectUrl::new(way_back_of(row));
    let id = ClientId::new(row.client_id.clone());
    let party = Party::from_provider_metadata(metadata.clone(), id, secret.map(ClientSecret::new));
    // In the head, as the standard has it where nothing is said, unless the provider takes the other way alone.
    let ways = metadata.token_endpoint_auth_methods_supported();
    let takes = |way| ways.is_none_or(|ways| ways.contains(&way));
    let way = match takes(CoreClientAuthMethod::ClientSecretBasic) {
        true => AuthType::BasicAuth,
        false => AuthType::RequestBody,
    };
    Ok(party
        .set_auth_type(way)
        .set_redirect_uri(back.map_err(|_| Trouble::Fault)?))
}

/// Whether the answer is of the provider that was asked (RFC 9207), where it says of whom it is.
pub(super) fn check_sender(metadata: &Metadata, returned: &Returned) -> Result<(), Trouble> {
    let says = metadata
        .additional_metadata()
        .authorization_response_iss_parameter_supported;
    match &returned.iss {
        Some(issuer) if issuer == metadata.issuer().as_str() => Ok(()),
        None if !says => Ok(()),
        _ => {
            tracing::warn!("an answer is of another provider than was asked");
            Err(Trouble::Refused)
        }
    }
}

pub(super) type Claims = IdTokenClaims<Told, CoreGenderClaim>;

/// The claims of a token that is the provider's, for us, for this sign-in, and of now.
pub(super) fn verify(
    party: &Party,
    token: &IdToken<
        Told,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    (nonce, flow): (&Nonce, &Flow),
    now: Timestamp,
) -> Result<Claims, ClaimsVerificationError> {
    let time = |at: Timestamp| DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    let (earlier, later) = (time(now.plus_ms(-SKEW_MS)), time(now.plus_ms(SKEW_MS)));
    let first = time(flow.began.plus_ms(-PATIENCE_MS));
    let verifier = party
        .id_token_verifier()
        .set_allowed_algs(SIGNED_BY)
        .set_time_fn(move || earlier)
        .set_issue_time_verifier_fn(move |at| match first <= at && at <= later {
            true => Ok(()),
            false => Err("of another time".to_owned()),
        });
    token.claims(&verifier, nonce).cloned()
}

pub(super) fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    matches!(
        error,
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)
    )
}

/// What is wrong with a token, without anything that stands in it.
pub(super) fn why(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "time",
        ClaimsVerificationError::InvalidAudience(_) => "audience",
        ClaimsVerificationError::InvalidIssuer(_) => "issuer",
        ClaimsVerificationError::InvalidNonce(_) => "nonce",
        ClaimsVerificationError::SignatureVerification(_) => "signature",
        _ => "form",
    }
}

pub(super) fn identity(claims: &Claims, role_claim: &str) -> Identity {
    let name = claims.name().and_then(|names| names.get(None));
    let called = || claims.preferred_username().map(|name| name.as_str());
    let name = name.map(|name| name.as_str()).or_else(called);
    Identity {
        subject: claims.subject().as_str().to_owned(),
        email: claims.email().map(|email| email.as_str().to_owned()),
        is_verified: claims.email_verified(),
        name: name.unwrap_or_default().to_owned(),
        roles: values(claims.additional_claims().0.get(role_claim)),
    }
}

/// `who`, with what else is told of them.
pub(super) fn completed(who: Identity, told: &Person, role_claim: &str) -> Identity {
    let name = told.name().and_then(|names| names.get(None));
    let roles = values(told.additional_claims().0.get(role_claim));
    Identity {
        email: told.email().map(|email| email.as_str().to_owned()),
        is_verified: told.email_verified(),
        name: match name {
            Some(name) if who.name.is_empty() => name.as_str().to_owned(),
            _ => who.name,
        },
        roles: if who.roles.is_empty() {
            roles
        } else {
            who.roles
        },
        subject: who.subject,
    }
}

/// The texts of a claim: one, or a list.
fn values(claim: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match claim {
        Some(Value::Array(values)) => values.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}
