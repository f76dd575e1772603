//! Companies' own sign-ins.

use super::{ANNA, BEN, ONE, OTHER};
use crate::storage::{ProviderRow, Storage};
use afield_domain::Role;
use std::collections::BTreeMap;

const ISSUER: &str = "https://id.one.example";

pub(super) async fn who_is_who_at_a_provider_is_known_by_company(storage: &impl Storage) {
    let row = ProviderRow {
        company: ONE,
        issuer: ISSUER.into(),
        client_id: "afield".into(),
        client_secret: "secret".into(),
        address: "https://afield.example".into(),
        role_claim: "groups".into(),
        roles: BTreeMap::from([("office".into(), Role::Dispatcher)]),
        vouches: true,
    };
    let mut tx = storage.write().await.unwrap();
    assert_eq!(tx.provider(ONE).await.unwrap(), None);
    tx.put_provider(&row).await.unwrap();
    let row = ProviderRow {
        client_secret: String::new(),
        vouches: false,
        ..row
    };
    tx.put_provider(&row).await.unwrap();
    tx.add_subject(ONE, ISSUER, "a-1", ANNA).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = storage.read().await.unwrap();
    assert_eq!(tx.provider(ONE).await.unwrap(), Some(row));
    assert_eq!(tx.provider(OTHER).await.unwrap(), None);
    assert_eq!(tx.companies_with_provider(2).await.unwrap(), [ONE]);
    for (company, issuer, subject, expected) in [
        (ONE, ISSUER, "a-1", Some(ANNA)),
        (ONE, ISSUER, "A-1", None),
        (ONE, "https://id.other.example", "a-1", None),
        (OTHER, ISSUER, "a-1", None),
    ] {
        let found = tx.user_of_subject(company, issuer, subject).await.unwrap();
        assert_eq!(found, expected, "{company} {issuer} {subject}");
    }
    let anna = tx.subject_of(ONE, ISSUER, ANNA).await.unwrap();
    assert_eq!(anna.as_deref(), Some("a-1"));
    assert_eq!(tx.subject_of(ONE, ISSUER, BEN).await.unwrap(), None);
    drop(tx);

    // Neither of the two is somebody else.
    for (subject, user) in [("a-1", BEN), ("b-1", ANNA)] {
        let mut tx = storage.write().await.unwrap();
        assert!(tx.add_subject(ONE, ISSUER, subject, user).await.is_err());
    }

    let mut tx = storage.write().await.unwrap();
    assert!(tx.end_subjects_of(ONE, ANNA).await.unwrap());
    assert!(!tx.end_subjects_of(ONE, ANNA).await.unwrap());
    tx.add_subject(ONE, ISSUER, "a-1", BEN).await.unwrap();
    assert!(tx.end_provider(ONE).await.unwrap());
    assert!(!tx.end_provider(ONE).await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = storage.read().await.unwrap();
    assert_eq!(tx.provider(ONE).await.unwrap(), None);
    let known = tx.user_of_subject(ONE, ISSUER, "a-1").await.unwrap();
    assert_eq!(known, Some(BEN));
}
