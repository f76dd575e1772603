//! The bytes of photos and files, by tus.

use crate::check::{Check, Profile};
use crate::finding::{Looked, Stop};
use crate::http::{Ask, Reply};
use crate::phone::Phone;
use crate::world::{Session, World};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const SECTION: &str = "Files";

const fn files(name: &'static str, must: &'static str, look: fn(&mut World) -> Looked) -> Check {
    Check {
        name,
        profile: Profile::Files,
        must,
        section: SECTION,
        look,
    }
}

pub(super) const CHECKS: &[Check] = &[
    files(
        "files.creation",
        "An upload is begun for a registered file of that size, and for nothing else.",
        creation,
    ),
    files(
        "files.pieces",
        "Bytes come in pieces, HEAD tells where they end, and with the last one the record says `received_at`.",
        pieces,
    ),
    files(
        "files.offset",
        "Bytes that do not begin where the stored ones end are refused with 409, and HEAD tells where that is.",
        offset,
    ),
    files(
        "files.checksum",
        "Bytes of another hash than `Upload-Checksum` are refused with 460, and nothing of them is kept.",
        checksum,
    ),
    files(
        "files.other_bytes",
        "Bytes of another hash than was registered are refused with 460 at the end, and the upload begins again.",
        other_bytes,
    ),
    files(
        "files.too_many_bytes",
        "More bytes than were registered are refused with 413.",
        too_many_bytes,
    ),
    files(
        "files.expires",
        "HEAD tells of an unfinished upload when it will be forgotten: `Upload-Expires`.",
        expires,
    ),
    files(
        "files.foreign",
        "Another user's upload is not there (404), neither to send nor to ask.",
        foreign,
    ),
    files(
        "files.fetched",
        "A received file comes back byte for byte, to be saved and not to be run.",
        fetched,
    ),
];

/// A file that a phone has registered.
struct File {
    id: String,
    bytes: Vec<u8>,
    session: Session,
}

impl World {
    fn file(&mut self, phone: &mut Phone, length: usize) -> Result<File, Stop> {
        let job = self.job(phone)?;
        let id = self.id();
        let bytes: Vec<u8> = (0..length)
            .map(|n| u8::try_from(n * 7 % 251).unwrap_or_default())
            .collect();
        let op = json!({
            "op": "add_attachment", "attachment": id, "job": job.id, "kind": "file", "name": "conformance.bin",
            "mime": "application/octet-stream", "bytes": length, "sha256": hex(&Sha256::digest(&bytes)),
            "width": 0, "height": 0, "thumbnail": "",
        });
        let change = phone.change(self, ("attachment", &id), op);
        let pushed = phone.push(self, std::slice::from_ref(&change))?;
        if pushed.reason(&change) == "unknown_op" {
            return Err(Stop::not_tried(
                "the back end does not know `add_attachment`",
            ));
        }
        pushed.applied(&change)?;
        Ok(File {
            id,
            bytes,
            session: phone.session.clone(),
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl File {
    fn ask(&self, method: &'static str) -> Ask {
        self.ask_as(method, &self.session)
    }

    fn ask_as(&self, method: &'static str, session: &Session) -> Ask {
        Ask::new(method, format!("/api/v1/files/{}", self.id))
            .header("cookie", &session.cookie)
            .header("tus-resumable", "1.0.0")
    }

    fn create(&self, length: usize) -> Ask {
        let metadata = format!("attachment {}", BASE64_STANDARD.encode(&self.id));
        Ask::new("POST", "/api/v1/files")
            .header("cookie", &self.session.cookie)
            .header("tus-resumable", "1.0.0")
            .header("upload-length", &length.to_string())
            .header("upload-metadata", &metadata)
    }

    fn patch(&self, at: usize, bytes: &[u8]) -> Ask {
        self.ask("PATCH")
            .header("upload-offset", &at.to_string())
            .text("application/offset+octet-stream", bytes)
    }

    fn part(&self, from: usize, until: usize) -> &[u8] {
        self.bytes.get(from..until).unwrap_or_default()
    }

    /// How many bytes the server says that it has.
    fn stored(&self, world: &mut World, expected: usize) -> Result<Reply, Stop> {
        let reply = world.ask(&self.ask("HEAD"))?;
        is(&reply, 200)?;
        if reply.header("upload-offset") != expected.to_string() {
            return Err(reply.red(format!("Upload-Offset: {expected}")));
        }
        Ok(reply)
    }
}

fn is(reply: &Reply, status: u16) -> Looked {
    if reply.status == status {
        return Ok(());
    }
    Err(reply.red(format!("HTTP {status}")))
}

fn creation(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 3_000)?;
    let reply = world.ask(&file.create(file.bytes.len()))?;
    is(&reply, 201)?;
    if !reply
        .header("location")
        .ends_with(&format!("/api/v1/files/{}", file.id))
    {
        return Err(reply.red(format!("Location: /api/v1/files/{}", file.id)));
    }
    let wrong = world.ask(&file.create(2_999))?;
    wrong.refused("invalid")?;
    let unknown = File {
        id: world.id(),
        ..file
    };
    is(&world.ask(&unknown.create(3_000))?, 404)
}

fn received(world: &mut World, phone: &Phone, file: &File) -> Looked {
    let pulled = phone.pull(world, None)?;
    let record = pulled.has("attachment", &file.id)?;
    match record
        .pointer("/record/received_at")
        .and_then(Value::as_i64)
    {
        Some(_) => Ok(()),
        None => Err(pulled.red(format!("the attachment {} with `received_at`", file.id))),
    }
}

fn pieces(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 100_000)?;
    is(&world.ask(&file.create(100_000))?, 201)?;
    file.stored(world, 0)?;
    for (from, until) in [(0, 40_000), (40_000, 99_999), (99_999, 100_000)] {
        let reply = world.ask(&file.patch(from, file.part(from, until)))?;
        is(&reply, 204)?;
        if reply.header("upload-offset") != until.to_string() {
            return Err(reply.red(format!("Upload-Offset: {until}")));
        }
        file.stored(world, until)?;
    }
    received(world, &phone, &file)
}

fn offset(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 2_000)?;
    is(&world.ask(&file.create(2_000))?, 201)?;
    is(&world.ask(&file.patch(0, file.part(0, 1_000)))?, 204)?;
    for at in [0, 500, 1_500] {
        is(&world.ask(&file.patch(at, file.part(at, 2_000)))?, 409)?;
    }
    file.stored(world, 1_000).map(drop)
}

fn checksum(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 2_000)?;
    is(&world.ask(&file.create(2_000))?, 201)?;
    let sum = |bytes: &[u8]| format!("sha256 {}", BASE64_STANDARD.encode(Sha256::digest(bytes)));
    let wrong = file
        .patch(0, file.part(0, 1_000))
        .header("upload-checksum", &sum(b"other bytes"));
    is(&world.ask(&wrong)?, 460)?;
    file.stored(world, 0)?;
    let right = file.patch(0, file.part(0, 1_000));
    let right = right.header("upload-checksum", &sum(file.part(0, 1_000)));
    is(&world.ask(&right)?, 204)?;
    file.stored(world, 1_000).map(drop)
}

fn other_bytes(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 1_000)?;
    is(&world.ask(&file.create(1_000))?, 201)?;
    is(&world.ask(&file.patch(0, &[7; 1_000]))?, 460)?;
    file.stored(world, 0)?;
    is(&world.ask(&file.patch(0, file.part(0, 1_000)))?, 204)?;
    received(world, &phone, &file)
}

fn too_many_bytes(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 1_000)?;
    is(&world.ask(&file.create(1_000))?, 201)?;
    is(&world.ask(&file.patch(0, &[7; 1_500]))?, 413)
}

fn expires(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 1_000)?;
    is(&world.ask(&file.create(1_000))?, 201)?;
    is(&world.ask(&file.patch(0, file.part(0, 500)))?, 204)?;
    let reply = file.stored(world, 500)?;
    // Such as "Sat, 12 Dec 2026 10:00:00 GMT".
    let when = reply.header("upload-expires");
    if when.len() == 29 && when.ends_with(" GMT") {
        return Ok(());
    }
    Err(reply.red_as(
        "Upload-Expires: a date of HTTP",
        format!("Upload-Expires: {when:?}"),
    ))
}

fn foreign(world: &mut World) -> Looked {
    let colleague = world.colleague()?;
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 1_000)?;
    is(&world.ask(&file.create(1_000))?, 201)?;
    is(&world.ask(&file.ask_as("HEAD", &colleague))?, 404)?;
    let theirs = file
        .patch(0, file.part(0, 1_000))
        .header("cookie", &colleague.cookie);
    is(&world.ask(&theirs)?, 404)?;
    file.stored(world, 0).map(drop)
}

fn fetched(world: &mut World) -> Looked {
    let mut phone = world.phone()?;
    let file = world.file(&mut phone, 10_000)?;
    is(&world.ask(&file.create(10_000))?, 201)?;
    is(&world.ask(&file.patch(0, file.part(0, 10_000)))?, 204)?;
    let reply = world.ask(&file.ask("GET"))?;
    is(&reply, 200)?;
    if reply.body != file.bytes {
        return Err(reply.red_as(
            "the bytes that were sent",
            format!("{} others", reply.body.len()),
        ));
    }
    let is_saved = reply
        .header("content-disposition")
        .starts_with("attachment");
    if is_saved && reply.header("x-content-type-options") == "nosniff" {
        return Ok(());
    }
    Err(reply.red_as(
        "content-disposition: attachment, and x-content-type-options: nosniff",
        format!("{:?}", reply.headers),
    ))
}
