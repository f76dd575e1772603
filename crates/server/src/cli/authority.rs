//! The certificates that `serve --tls` makes for itself.
//!
//! Owns the authority of a data folder, which a phone is told to trust once, and the certificate that it gives the
//! server at each start. Must never vouch for anything but this server: the authority's certificate names the
//! addresses that it may speak for, so that its key is worth nothing elsewhere.

use super::data_folder::{not_writable, own_file, own_folder};
use super::files::failed;
use crate::clock::{Clock, SystemClock};
use crate::error::ServerError;
use crate::serving::tls::Tls;
use crate::serving::trust::Authority;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};

/// Apple's systems refuse a server's certificate that is good for more than 825 days.
const SERVER_DAYS: i64 = 800;
/// A phone shall not have to be told again.
const AUTHORITY_DAYS: i64 = 3650;
/// Phones whose clocks are a little behind.
const BEFORE_DAYS: i64 = 2;

/// Networks that have no meaning outside a house: an address may change within them.
const PRIVATE: [([u8; 4], u8); 5] = [
    ([10, 0, 0, 0], 8),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 168, 0, 0], 16),
];

/// What the server is called by: addresses and names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// What a server that listens at `address` is called by on this machine and in its network, and what the
    /// operator says besides.
    pub(super) fn of(address: SocketAddr, besides: &[String]) -> Self {
        let mut names: BTreeSet<String> = ["localhost", "127.0.0.1"].map(String::from).into();
        names.insert(reached_at(address).to_string());
        names.extend(host_name().into_iter().flat_map(|name| {
            let local = (!name.contains('.')).then(|| format!("{name}.local"));
            [Some(name), local].into_iter().flatten()
        }));
        names.extend(besides.iter().map(|name| name.trim().to_ascii_lowercase()));
        Self(names)
    }

    /// What the authority must be allowed by name: all that is in no private network.
    fn named(&self) -> BTreeSet<&str> {
        let names = self.0.iter().map(String::as_str);
        names.filter(|name| !is_private(name)).collect()
    }
}

/// The address by which others reach a server that listens at `address`: the machine's own in its network where it
/// listens at all of them.
pub(super) fn reached_at(address: SocketAddr) -> IpAddr {
    if !address.ip().is_unspecified() {
        return address.ip();
    }
    // Nothing is sent: the system only says from where it would.
    let from = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    from.map_or(IpAddr::from([127, 0, 0, 1]), |from| from.ip())
}

fn is_private(name: &str) -> bool {
    let Ok(IpAddr::V4(address)) = name.parse() else {
        return false;
    };
    PRIVATE.iter().any(|(network, bits)| {
        let shift = 32_u32.saturating_sub(u32::from(*bits));
        u32::from(address) >> shift == u32::from_be_bytes(*network) >> shift
    })
}

fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    let name = name.trim().to_ascii_lowercase();
    is_name(&name).then_some(name)
}

/// Whether a certificate can be for it.
pub(super) fn is_name(name: &str) -> bool {
    let of_host = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    name.parse::<IpAddr>().is_ok()
        || (!name.is_empty() && name.len() <= 253 && name.bytes().all(of_host))
}

/// The certificate of a server of these names, vouched for by the authority in the folder `data`, which is made when
/// it is missing or may not speak for one of the names.
///
/// # Errors
/// The folder cannot be written, a name is none, or what is stored there is damaged.
pub(super) fn certify(data: &Path, names: &Names) -> Result<(Tls, Authority), ServerError> {
    // First: no authority is made for what is no name.
    let asked = server(names)?;
    let stored = Stored::of(data);
    if !stored.speaks_for(names) {
        stored.make(names)?;
    }
    let (key, certificate) = stored.read()?;
    let issuer = Issuer::new(authority(&[])?, key);
    let own = KeyPair::generate().map_err(|error| unusable(&error))?;
    let leaf = asked
        .signed_by(&own, &issuer)
        .map_err(|error| unusable(&error))?;
    let vouching = Authority::from_pem(&certificate)?;
    let tls = Tls::made(leaf.der().to_vec(), own.serialize_der(), vouching.clone())?;
    Ok((tls, vouching))
}

/// Where an authority is kept.
struct Stored {
    folder: PathBuf,
}

impl Stored {
    fn of(data: &Path) -> Self {
        Self {
            folder: data.join("tls"),
        }
    }

    fn key(&self) -> PathBuf {
        self.folder.join("authority.key")
    }

    fn certificate(&self) -> PathBuf {
        self.folder.join("authority.crt")
    }

    /// What it may speak for besides private networks, a line each: written last, so that without it there is none.
    fn names(&self) -> PathBuf {
        self.folder.join("authority.names")
    }

    fn speaks_for(&self, names: &Names) -> bool {
        let allowed = std::fs::read_to_string(self.names()).unwrap_or_default();
        let allowed: BTreeSet<&str> = allowed.lines().collect();
        allowed.is_superset(&names.named())
    }

    fn make(&self, names: &Names) -> Result<(), ServerError> {
        let named: Vec<&str> = names.named().into_iter().collect();
        let key = KeyPair::generate().map_err(|error| unusable(&error))?;
        let certificate = authority(&named)?
            .self_signed(&key)
            .map_err(|error| unusable(&error))?;
        own_folder(&self.folder).map_err(|error| not_writable(&self.folder, &error))?;
        let _ = std::fs::remove_file(self.names());
        write(&self.key(), &key.serialize_pem())?;
        write(&self.certificate(), &certificate.pem())?;
        write(&self.names(), &named.join("\n"))
    }

    fn read(&self) -> Result<(KeyPair, String), ServerError> {
        let text = |file: &Path| {
            std::fs::read_to_string(file).map_err(|error| failed("read", file, &error))
        };
        let key = KeyPair::from_pem(&text(&self.key())?).map_err(|error| {
            let what = format!(
                "{error}; move the folder away to have a new one made, which phones must trust anew"
            );
            failed("use", &self.key(), &what)
        })?;
        Ok((key, text(&self.certificate())?))
    }
}

fn write(file: &Path, text: &str) -> Result<(), ServerError> {
    let written = own_file(file).and_then(|mut to| {
        to.set_len(0)?;
        to.write_all(text.as_bytes())?;
        to.sync_all()
    });
    written.map_err(|error| failed("write", file, &error))
}

/// The authority's certificate; `named` is what it may speak for besides private networks.
fn authority(named: &[&str]) -> Result<CertificateParams, ServerError> {
    let mut params = valid_for(AUTHORITY_DAYS)?;
    params
        .distinguished_name
        .push(DnType::CommonName, "Afield on this network");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let private = PRIVATE.iter().map(|(network, bits)| {
        GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(*network, *bits))
    });
    let named = named.iter().map(|name| match name.parse() {
        Ok(IpAddr::V4(ip)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip.into(), 32))
        }
        Ok(IpAddr::V6(ip)) => {
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip.into(), 128))
        }
        Err(_) => GeneralSubtree::DnsName((*name).to_owned()),
    });
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: private.chain(named).collect(),
        excluded_subtrees: Vec::new(),
    });
    Ok(params)
}

fn server(names: &Names) -> Result<CertificateParams, ServerError> {
    let mut params = valid_for(SERVER_DAYS)?;
    if let Some(none) = names.0.iter().find(|name| !is_name(name)) {
        return Err(ServerError::Unusable(format!(
            "--tls-name {none}: give the name of a host, in ASCII, or an address"
        )));
    }
    let names: Vec<String> = names.0.iter().cloned().collect();
    let named = CertificateParams::new(names).map_err(|error| unusable(&error))?;
    params.subject_alt_names = named.subject_alt_names;
    params.distinguished_name.push(DnType::CommonName, "Afield");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// A certificate of no name yet, good from a little before now for so many days.
fn valid_for(days: i64) -> Result<CertificateParams, ServerError> {
    let now = SystemClock.now().0;
    let day = |days: i64| {
        let at =
            jiff::Timestamp::from_millisecond(now.saturating_add(days.saturating_mul(86_400_000)));
        let date = at.map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date());
        date.map_err(|error| unusable(&error)).map(|date| {
            let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
            date_time_ymd(i32::from(date.year()), month, day)
        })
    };
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = day(BEFORE_DAYS.saturating_neg())?;
    params.not_after = day(days)?;
    Ok(params)
}

fn unusable(error: &dyn std::fmt::Display) -> ServerError {
    ServerError::Unusable(format!("cannot make a certificate: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Names {
        Names(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn what_lies_in_a_private_network() {
        for (name, expected) in [
            ("10.1.2.3", true),
            ("172.16.0.1", true),
            ("172.31.255.255", true),
            ("172.32.0.1", false),
            ("192.168.178.20", true),
            ("192.169.0.1", false),
            ("127.0.0.1", true),
            ("8.8.8.8", false),
            ("::1", false),
            ("localhost", false),
            ("10.example", false),
        ] {
            assert_eq!(is_private(name), expected, "{name}");
        }
    }

    #[test]
    fn an_authority_is_made_once_and_anew_only_for_a_name_it_may_not_speak_for() {
        let data = tempfile::tempdir().unwrap();
        let stored = Stored::of(data.path());
        let made = |list: &[&str]| {
            certify(data.path(), &names(list)).unwrap();
            std::fs::read_to_string(stored.certificate()).unwrap()
        };
        let first = made(&["localhost", "192.168.1.5"]);
        assert_eq!(
            first,
            made(&["localhost", "192.168.1.77"]),
            "the address moved"
        );
        assert_eq!(first, made(&["127.0.0.1"]), "a name less");
        let second = made(&["localhost", "afield.example"]);
        assert_ne!(first, second);
        assert_eq!(second, made(&["localhost", "afield.example"]));
        // Cut between its files: made anew, whole.
        std::fs::remove_file(stored.names()).unwrap();
        assert_ne!(second, made(&["localhost"]));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_the_machine_reads_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let data = tempfile::tempdir().unwrap();
        certify(data.path(), &names(&["localhost"])).unwrap();
        let mode = Stored::of(data.path())
            .key()
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_authority_is_worth_nothing_for_other_names() {
        use tokio_rustls::rustls::client::WebPkiServerVerifier;
        use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
        use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
        use tokio_rustls::rustls::{RootCertStore, crypto::ring};
        let key = KeyPair::generate().unwrap();
        let root = authority(&["localhost", "own.example"]).unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(root.self_signed(&key).unwrap().der().clone())
            .unwrap();
        let issuer = Issuer::new(root, key);
        let provider = ring::default_provider().into();
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
        let verifier = verifier.build().unwrap();
        for (name, expected) in [
            ("own.example", true),
            ("localhost", true),
            ("192.168.7.7", true),
            ("bank.example", false),
            ("8.8.8.8", false),
        ] {
            let own = KeyPair::generate().unwrap();
            let leaf = server(&names(&[name]))
                .unwrap()
                .signed_by(&own, &issuer)
                .unwrap();
            let leaf = CertificateDer::from(leaf.der().to_vec());
            let at = UnixTime::since_unix_epoch(std::time::Duration::from_millis(
                SystemClock.now().0.unsigned_abs(),
            ));
            let asked = ServerName::try_from(name).unwrap();
            let judged = verifier.verify_server_cert(&leaf, &[], &asked, &[], at);
            assert_eq!(judged.is_ok(), expected, "{name}: {judged:?}");
        }
    }

    #[test]
    fn what_is_no_name_and_a_damaged_key_are_refused_in_words() {
        let data = tempfile::tempdir().unwrap();
        let error = certify(data.path(), &names(&["bücher"])).unwrap_err();
        assert!(error.to_string().contains("--tls-name"), "{error}");
        certify(data.path(), &names(&["localhost"])).unwrap();
        std::fs::write(Stored::of(data.path()).key(), "broken").unwrap();
        let error = certify(data.path(), &names(&["localhost"])).unwrap_err();
        assert!(error.to_string().contains("authority.key"), "{error}");
    }

    #[test]
    fn the_address_that_is_listened_at_is_the_one_that_is_reached() {
        let address: SocketAddr = "192.168.1.5:8080".parse().unwrap();
        assert_eq!(reached_at(address).to_string(), "192.168.1.5");
        assert!(!reached_at("0.0.0.0:8080".parse().unwrap()).is_unspecified());
    }
}
