//! Files in an S3: Amazon's, or a server that speaks like it.
//!
//! Owns what may be said of such a place and by what, and how long it is waited for. Keys come from the environment or
//! from the machine's role, never from an address. Must never put what was said of keys into a text.

mod line;

use super::Files;
use crate::error::ServerError;
use axum::http::Uri;
use line::Lines;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// With what an address in an S3 begins.
pub const SCHEME: &str = "s3://";

/// What the environment may say besides; the names are those of Amazon's own programs.
const SETTINGS: [&str; 17] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_METADATA_ENDPOINT",
    "AWS_DEFAULT_REGION",
    "AWS_VIRTUAL_HOSTED_STYLE_REQUEST",
    "AWS_DISABLE_BULK_DELETE",
    "AWS_SERVER_SIDE_ENCRYPTION",
    "AWS_SSE_KMS_KEY_ID",
    "AWS_SSE_BUCKET_KEY_ENABLED",
];

/// What was said of an S3, besides the environment.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// `s3://bucket/prefix`.
    pub address: String,
    /// Where it answers, if it is not Amazon's.
    pub endpoint: Option<String>,
    /// Its region.
    pub region: Option<String>,
    /// Whether it may be spoken to without TLS.
    pub plain_http: bool,
}

impl Files {
    /// In an S3; `setting` gives what the environment holds under a name. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When what was said cannot be: the text names it, and no key.
    pub fn s3(said: &Said, setting: impl Fn(&str) -> Option<String>) -> Result<Self, ServerError> {
        let setting = |name: &str| setting(name).filter(|value| !value.is_empty());
        let (bucket, prefix) = read_address(&said.address)?;
        let own = said.endpoint.clone();
        let endpoint = own.or_else(|| setting("AWS_ENDPOINT_URL_S3"));
        let endpoint = endpoint.or_else(|| setting("AWS_ENDPOINT_URL"));
        let plain = said.plain_http || setting("AWS_ALLOW_HTTP").is_some_and(|yes| yes == "true");
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_retry(retries())
            .with_allow_http(plain)
            .with_http_connector(Lines {
                tls: tls(setting("AWS_CA_BUNDLE").as_deref())?,
            });
        if let Some(endpoint) = endpoint {
            check_endpoint(&endpoint, plain)?;
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = said.region.clone().or_else(|| setting("AWS_REGION")) {
            builder = builder.with_region(region);
        }
        for name in SETTINGS {
            let key = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>();
            if let (Some(value), Ok(key)) = (setting(name), key) {
                builder = builder.with_config(key, value);
            }
        }
        let s3 = builder
            .build()
            .map_err(|error| unusable(&error.to_string()))?;
        let store: Arc<dyn ObjectStore> = match prefix.is_root() {
            true => Arc::new(s3),
            false => Arc::new(PrefixStore::new(s3, prefix)),
        };
        let place = said.address.clone();
        Ok(Self { store, place })
    }
}

/// Some seconds: whoever waits has more patience than that, and asks again.
fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
            base: 2.0,
        },
        max_retries: 3,
        retry_timeout: Duration::from_secs(10),
    }
}

fn unusable(why: &str) -> ServerError {
    ServerError::Unusable(format!("files cannot be kept in this S3: {why}"))
}

/// The bucket, and under what in it files are.
fn read_address(address: &str) -> Result<(String, Path), ServerError> {
    let rest = address.strip_prefix(SCHEME).unwrap_or_default();
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.contains(['@', ':']) || prefix.contains(['?', '#', '@']) {
        return Err(unusable(
            "an address is s3://bucket/prefix; keys do not belong in it, the environment has them \
             (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)",
        ));
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if bucket.len() < 3 || bucket.len() > 63 || !bucket.bytes().all(is_name) {
        return Err(unusable(
            "an address is s3://bucket/prefix, and this names no bucket",
        ));
    }
    let prefix = Path::parse(prefix.trim_matches('/'))
        .map_err(|_| unusable("what stands behind the bucket is no prefix"))?;
    Ok((bucket.to_owned(), prefix))
}

fn check_endpoint(endpoint: &str, plain: bool) -> Result<(), ServerError> {
    const FORM: &str =
        "its endpoint (--files-endpoint, AWS_ENDPOINT_URL) must be https://host:port and no more";
    let uri: Uri = endpoint.parse().map_err(|_| unusable(FORM))?;
    let is_host = uri
        .authority()
        .is_some_and(|host| !host.as_str().contains('@'));
    if !is_host || uri.query().is_some() {
        return Err(unusable(FORM));
    }
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if plain => Ok(()),
        Some("http") => Err(unusable(
            "its endpoint is http://, which everybody on the way can read: say --files-plain-http if it is on this \
             machine or in a network of your own",
        )),
        _ => Err(unusable(FORM)),
    }
}

/// Mozilla's roots, and a company's own.
fn tls(own: Option<&str>) -> Result<ClientConfig, ServerError> {
    let mut roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    if let Some(file) = own {
        let failed = |error: &dyn std::fmt::Display| {
            unusable(&format!(
                "the certificates in {file} (AWS_CA_BUNDLE): {error}"
            ))
        };
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))? {
            let certificate = certificate.map_err(|error| failed(&error))?;
            roots.add(certificate).map_err(|error| failed(&error))?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(said: &Said, environment: &[(&str, &str)]) -> String {
        let setting = |name: &str| {
            let found = environment.iter().find(|(one, _)| *one == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        match Files::s3(said, setting) {
            Ok(files) => format!("{files:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_cannot_be_an_s3_is_said_and_no_key_with_it() {
        let keys = [
            ("AWS_ACCESS_KEY_ID", "AKIA-secret"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        for (address, endpoint, environment, expected) in [
            (
                "s3://afield-files",
                None,
                &keys[..],
                "Files(s3://afield-files)",
            ),
            ("s3://afield-files/a/b/", None, &keys[..], "Files("),
            ("s3://afield-files", None, &[][..], "Files("),
            (
                "s3://afield-files",
                None,
                &keys[..1],
                "Missing SecretAccessKey",
            ),
            ("s3://", None, &keys[..], "names no bucket"),
            ("s3://a b", None, &keys[..], "names no bucket"),
            (
                "s3://AKIA-secret:secret@bucket",
                None,
                &[],
                "keys do not belong in it",
            ),
            (
                "s3://bucket/x?key=secret",
                None,
                &[],
                "keys do not belong in it",
            ),
            ("s3://bucket/a//b", None, &keys[..], "no prefix"),
            (
                "s3://bucket",
                Some("http://127.0.0.1:9000"),
                &keys[..],
                "--files-plain-http",
            ),
            (
                "s3://bucket",
                Some("https://127.0.0.1:9000"),
                &keys[..],
                "Files(",
            ),
            (
                "s3://bucket",
                Some("minio:9000"),
                &keys[..],
                "must be https://host:port",
            ),
            (
                "s3://bucket",
                Some("https://me:secret@minio"),
                &keys[..],
                "must be https://host:port",
            ),
            (
                "s3://bucket",
                Some("https://minio/?secret"),
                &keys[..],
                "must be https://host:port",
            ),
            (
                "s3://bucket",
                None,
                &[("AWS_CA_BUNDLE", "/nowhere.pem")],
                "/nowhere.pem",
            ),
            (
                "s3://bucket",
                None,
                &[("AWS_ENDPOINT_URL", "http://127.0.0.1")],
                "--files-plain-http",
            ),
            (
                "s3://bucket",
                None,
                &[
                    ("AWS_ENDPOINT_URL", "http://127.0.0.1"),
                    ("AWS_ALLOW_HTTP", "true"),
                ],
                "Files(",
            ),
        ] {
            let said = Said {
                address: address.to_owned(),
                endpoint: endpoint.map(ToOwned::to_owned),
                ..Said::default()
            };
            let text = refusal(&said, environment);
            assert!(text.contains(expected), "{address} {endpoint:?}: {text}");
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn every_setting_is_one_that_the_store_knows() {
        for name in SETTINGS {
            let known = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>();
            assert!(known.is_ok(), "{name}");
        }
    }
}
