//! The body of a push: any bytes of a phone, or of somebody who says to be one.
//!
//! Asserts that the server reads each mutation exactly if it is one of that device, keeps what it read,
//! refuses a batch only for the reasons it knows, and that a fingerprint stands for one content.
#![no_main]

use afield_domain::{MutationId, UserId, limits};
use afield_fuzz::assert_reads_back;
use afield_protocol::{Mutation, PushRequest};
use afield_server::fuzzing::{ReadItem, fingerprint, read_batch};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use uuid::Uuid;

fuzz_target!(|body: &[u8]| {
    // The route refuses these before it reads.
    if body.len() > limits::PUSH_BYTES {
        return;
    }
    let Ok(request) = serde_json::from_slice::<PushRequest<Value>>(body) else {
        return;
    };
    if request.mutations.len() > limits::PUSH_MUTATIONS {
        return;
    }
    assert_reads_back(&request);
    let phones = as_a_phone_reads(&request);
    let user = phones
        .iter()
        .flatten()
        .next()
        .map_or(UserId(Uuid::nil()), |mutation| mutation.user);
    match read_batch(&request, user) {
        Ok(items) => check_items(&request, &phones, &items, user),
        Err(words) => check_refusal(&request, &phones, user, &words),
    }
});

/// Each mutation by itself, if it is one of the device that sends and its place fits the database.
fn as_a_phone_reads(request: &PushRequest<Value>) -> Vec<Option<Mutation>> {
    let read = |value: &Value| serde_json::from_str::<Mutation>(&value.to_string()).ok();
    let fits = |mutation: &Mutation| {
        mutation.device == request.device && i64::try_from(mutation.seq.0).is_ok()
    };
    let mutations = request.mutations.iter();
    mutations.map(|value| read(value).filter(fits)).collect()
}

fn check_items(
    request: &PushRequest<Value>,
    phones: &[Option<Mutation>],
    items: &[ReadItem],
    user: UserId,
) {
    assert_eq!(items.len(), request.mutations.len(), "each has its answer");
    let mut last = None;
    let mut prints: Vec<(&str, &Value)> = Vec::new();
    for ((value, phone), item) in request.mutations.iter().zip(phones).zip(items) {
        assert_eq!(Some(item.id), id_of(value), "the id is the mutation's");
        let good = item.good.as_ref().map(|(mutation, _)| mutation);
        assert_eq!(good, phone.as_ref(), "phone and server read the same");
        let Some((mutation, print)) = &item.good else {
            continue;
        };
        assert_reads_back(mutation);
        assert_eq!(mutation.user, user, "nobody else's");
        assert_eq!(item.lane, Some(mutation.lane));
        assert_eq!(item.depends_on, mutation.depends_on);
        assert!(last < Some(mutation.seq), "in rising order");
        last = Some(mutation.seq);
        check_fingerprint(value, print);
        prints.push((print, value));
    }
    for (place, (print, value)) in prints.iter().enumerate() {
        let later = prints.iter().skip(place + 1);
        for (_, other) in later.filter(|(other, _)| other == print) {
            assert_eq!(value, other, "one fingerprint, one content");
        }
    }
}

/// White space and the way by text do not matter, one more field does.
fn check_fingerprint(value: &Value, print: &str) {
    assert!(print.len() == 64 && print.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let again = serde_json::from_str::<Value>(&format!("{value:#}"));
    assert_eq!(
        again.map(|value| fingerprint(&value)).ok().as_deref(),
        Some(print),
        "of {value}"
    );
    let mut more = value.clone();
    if let Some(fields) = more.as_object_mut()
        && fields.insert("one more".into(), Value::Null).is_none()
    {
        assert_ne!(fingerprint(&more), print);
    }
}

fn check_refusal(
    request: &PushRequest<Value>,
    phones: &[Option<Mutation>],
    user: UserId,
    words: &str,
) {
    let good = || phones.iter().flatten();
    let is_true = match words {
        "a mutation without a readable id" => {
            request.mutations.iter().any(|value| id_of(value).is_none())
        }
        // Also of one that is not read whole: whose it is counts first.
        "these changes are another user's" => request
            .mutations
            .iter()
            .any(|value| user_of(value).is_some_and(|other| other != user)),
        "too many mutations in one push" => request.mutations.len() > limits::PUSH_MUTATIONS,
        "the mutations are not in rising order of seq" => {
            !good().is_sorted_by(|one, next| one.seq < next.seq)
        }
        _ => false,
    };
    assert!(is_true, "refused for no reason: {words}");
}

fn user_of(value: &Value) -> Option<UserId> {
    serde_json::from_str(&value.get("user")?.to_string()).ok()
}

fn id_of(value: &Value) -> Option<MutationId> {
    serde_json::from_str(&value.get("id")?.to_string()).ok()
}
