//! `/api/v1/files`: the bytes of photos and files.
//!
//! Owns the handlers. Bytes come by tus 1.0 (<https://tus.io/protocols/resumable-upload>): each request says at which
//! byte it goes on, and what came before a line broke is kept. Must never hold more of a file in memory than a piece.

mod tus;

use super::extract::{Bringing, SignedIn};
use super::failure::Failure;
use super::reply::{Enveloped, Nothing};
use crate::files::content::Begin;
use crate::files::received::{FileError, Progress, settle};
use crate::files::rights::{load_removed, load_to_fetch, load_to_send};
use crate::files::turns::Turn;
use crate::files::{FileKey, pieces::PIECE_BYTES};
use crate::state::App;
use crate::storage::SessionRow;
use afield_domain::{Attachment, AttachmentId};
use afield_protocol::{Envelope, paths};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, HeaderValue, LOCATION,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt as _, TryStreamExt as _};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long the next bytes of a request are waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// A request that names a hash of its bytes is taken only whole: as many at most.
const CHECKED_BYTES: usize = 5 * PIECE_BYTES;
/// What a file may do in a browser that opens it: nothing.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        tracing::error!(%error, "a file could not be read or written");
        Self::unavailable()
    }
}

/// What this server can do of tus.
#[utoipa::path(
    options,
    path = "/api/v1/files",
    tag = "files",
    responses((status = 204, description = "the headers name the version, the extensions and the largest file"))
)]
pub(crate) async fn abilities() -> Response {
    tus::abilities(StatusCode::NO_CONTENT)
}

/// Begins to send the bytes of an attachment that was registered before. It may be asked for again at any time.
#[utoipa::path(
    post,
    path = "/api/v1/files",
    tag = "files",
    security(("session" = [])),
    params(
        ("author" = Option<Uuid>, Query, description = "the technician whose file the office brings in"),
        ("tus-resumable" = String, Header, description = "1.0.0"),
        ("upload-length" = u64, Header, description = "the size, as it was registered"),
        ("upload-metadata" = String, Header, description = "`attachment`, and its id in base64"),
    ),
    responses(
        (status = 201, description = "`Location` is where the bytes go; what is there already is told by HEAD"),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Bringing(session): Bringing,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !tus::is_ours(&headers) {
        return Ok(tus::abilities(StatusCode::PRECONDITION_FAILED));
    }
    let length = tus::number(&headers, tus::LENGTH)
        .ok_or_else(|| Failure::invalid("Upload-Length is missing: the size must be known"))?;
    let id = tus::attachment(&headers).ok_or_else(|| {
        Failure::invalid(
            "Upload-Metadata must hold `attachment`: the id of a registered attachment",
        )
    })?;
    let attachment = to_send(&app, &session, id).await?;
    if attachment.bytes != length {
        return Err(Failure::invalid(
            "Upload-Length is not the size that was registered",
        ));
    }
    let location = format!("{}/{id}", paths::FILES);
    let mut response = tus::answer(StatusCode::CREATED);
    let location = HeaderValue::from_str(&location).map_err(|_| Failure::internal())?;
    response.headers_mut().insert(LOCATION, location);
    Ok(response)
}

/// How many bytes of an attachment are stored.
#[utoipa::path(
    head,
    path = "/api/v1/files/{attachment}",
    tag = "files",
    params(
        ("attachment" = Uuid, Path, description = "the attachment's id"),
        ("author" = Option<Uuid>, Query, description = "the technician whose file the office brings in"),
    ),
    security(("session" = [])),
    responses(
        (status = 200, description = "`Upload-Offset` of `Upload-Length` bytes are stored; all of them only when the file was found to be right"),
        (status = 404, description = "no attachment that this user may send"),
    )
)]
pub(crate) async fn offset(
    State(app): State<Arc<App>>,
    Bringing(session): Bringing,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !tus::is_ours(&headers) {
        return Ok(tus::abilities(StatusCode::PRECONDITION_FAILED));
    }
    let attachment = to_send(&app, &session, read_id(&id)?).await?;
    let _turn = app.uploads.take(attachment.id).await;
    let progress = settle(&app, session.company.id, &attachment).await?;
    let mut response = tell(StatusCode::OK, progress, attachment.bytes)?;
    let headers = response.headers_mut();
    headers.insert(tus::LENGTH, HeaderValue::from(attachment.bytes));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Adds bytes from `Upload-Offset` on.
#[utoipa::path(
    patch,
    path = "/api/v1/files/{attachment}",
    tag = "files",
    params(
        ("attachment" = Uuid, Path, description = "the attachment's id"),
        ("author" = Option<Uuid>, Query, description = "the technician whose file the office brings in"),
        ("upload-offset" = u64, Header, description = "where these bytes begin: as many as are stored"),
        ("upload-checksum" = Option<String>, Header, description = "`sha256`, and the hash of these bytes in base64: they are taken whole or not at all, 5 MiB at most"),
    ),
    request_body(content_type = "application/offset+octet-stream", content = Vec<u8>),
    security(("session" = [])),
    responses(
        (status = 204, description = "`Upload-Offset` bytes are stored, durably; with the last of them the file was received"),
        (status = 409, description = "other bytes are stored than that: ask by HEAD"),
        (status = 460, description = "the bytes are not those of the hash that was given or registered; in the second case the upload begins again"),
        (status = "default", description = "not done: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn append(
    State(app): State<Arc<App>>,
    Bringing(session): Bringing,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    if !tus::is_ours(&headers) {
        return Ok(tus::abilities(StatusCode::PRECONDITION_FAILED));
    }
    if headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != tus::BYTES)
    {
        return Err(Failure::upload(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body must be application/offset+octet-stream",
        ));
    }
    let at = tus::number(&headers, tus::OFFSET)
        .ok_or_else(|| Failure::invalid("Upload-Offset is missing"))?;
    let attachment = to_send(&app, &session, read_id(&id)?).await?;
    let turn = app.uploads.take(attachment.id).await;
    let company = session.company.id;
    let before = settle(&app, company, &attachment).await?;
    let stored = match before {
        Progress::Under { bytes, .. } => bytes,
        Progress::Received => attachment.bytes,
        Progress::OtherBytes | Progress::Refused(_) => 0,
    };
    if stored != at {
        return Err(elsewhere());
    }
    let file = FileKey {
        company,
        attachment: attachment.id,
    };
    if stored < attachment.bytes {
        let sum = tus::checksum(&headers).map_err(Failure::invalid)?;
        let left = attachment.bytes - stored;
        match sum {
            None => append_as_it_comes(&app, file, (at, left), body, &turn).await?,
            Some(sum) => append_checked(&app, file, at, left, body, &sum).await?,
        }
    }
    let progress = settle(&app, company, &attachment).await?;
    tell(StatusCode::NO_CONTENT, progress, attachment.bytes)
}

/// Stores what comes, piece by piece; when the line breaks, what came until then.
async fn append_as_it_comes(
    app: &App,
    file: FileKey,
    (mut at, mut left): (u64, u64),
    body: Body,
    turn: &Turn,
) -> Result<(), Failure> {
    let mut stream = body.into_data_stream();
    let mut piece = Vec::new();
    loop {
        let next = tokio::select! {
            next = timeout(PATIENCE, stream.next()) => next,
            () = turn.over() => break,
        };
        let Ok(Some(Ok(bytes))) = next else {
            break;
        };
        left = left
            .checked_sub(bytes.len() as u64)
            .ok_or_else(too_many_bytes)?;
        piece.extend_from_slice(&bytes);
        if piece.len() >= PIECE_BYTES {
            let length = piece.len() as u64;
            add_piece(app, file, at, std::mem::take(&mut piece)).await?;
            at += length;
        }
    }
    if piece.is_empty() {
        return Ok(());
    }
    add_piece(app, file, at, piece).await
}

/// Stores what comes if it is whole and its hash is `sum`.
async fn append_checked(
    app: &App,
    file: FileKey,
    at: u64,
    left: u64,
    body: Body,
    sum: &[u8],
) -> Result<(), Failure> {
    let mut stream = body.into_data_stream();
    let mut all = Vec::new();
    while let Some(bytes) = timeout(PATIENCE, stream.next())
        .await
        .map_err(|_| Failure::invalid("the bytes did not come"))?
    {
        let bytes = bytes.map_err(|_| Failure::invalid("the bytes did not all come"))?;
        all.extend_from_slice(&bytes);
        if all.len() as u64 > left {
            return Err(too_many_bytes());
        }
        if all.len() > CHECKED_BYTES {
            return Err(Failure::too_large(
                "with Upload-Checksum a request takes 5 MiB at most",
            ));
        }
    }
    if Sha256::digest(&all).as_slice() != sum {
        return Err(Failure::upload(
            tus::checksum_mismatch(),
            "the bytes are not those of Upload-Checksum: send them again",
        ));
    }
    match all.is_empty() {
        true => Ok(()),
        false => add_piece(app, file, at, all).await,
    }
}

async fn add_piece(app: &App, file: FileKey, at: u64, bytes: Vec<u8>) -> Result<(), Failure> {
    app.metrics.uploaded(bytes.len() as u64);
    match app.config.files.add_piece(file, at, bytes).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(elsewhere()),
        Err(error) => Err(FileError::from(error).into()),
    }
}

fn elsewhere() -> Failure {
    Failure::upload(
        StatusCode::CONFLICT,
        "Upload-Offset is not where the stored bytes end: ask by HEAD",
    )
}

fn too_many_bytes() -> Failure {
    Failure::too_large("more bytes than were registered")
}

/// The whole file.
#[utoipa::path(
    get,
    path = "/api/v1/files/{attachment}",
    tag = "files",
    params(("attachment" = Uuid, Path, description = "the attachment's id")),
    security(("session" = [])),
    responses(
        (status = 200, description = "the bytes, to be saved or shown as a picture, never run", content_type = "application/octet-stream"),
        (status = 410, description = "`removed`: the company keeps the bytes of files for a time, and it is over; nobody has them here any more", body = Envelope<Nothing>),
        (status = "default", description = "not there, not received yet, or not for this user: the envelope holds an error", body = Envelope<Nothing>),
    )
)]
pub(crate) async fn fetch(
    State(app): State<Arc<App>>,
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = load_to_fetch(&app, &signed_in.session, read_id(&id)?).await?;
    let attachment = found
        .filter(|attachment| attachment.received_at.is_some())
        .ok_or_else(Failure::not_found)?;
    let file = FileKey {
        company: signed_in.session.company.id,
        attachment: attachment.id,
    };
    if let Some(removed) = load_removed(&app, file).await? {
        return Err(Failure::removed(removed));
    }
    let whole = app.config.files.open(file).await.map_err(FileError::from)?;
    let whole = whole.ok_or_else(Failure::not_found)?;
    // Whoever fetches sees that it is cut, and asks again.
    let bytes = whole
        .bytes
        .inspect_err(|error| tracing::error!(%error, "a file could not be read to its end"));
    let mut response = Body::from_stream(bytes).into_response();
    describe(response.headers_mut(), &attachment, whole.begin, whole.size);
    response.extensions_mut().insert(Enveloped);
    Ok(response)
}

fn describe(headers: &mut HeaderMap, attachment: &Attachment, begin: Begin, size: u64) {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(begin.media_type()));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    // Never opened as a page of ours, whatever is in it; and should a browser open it all the same, nothing in it runs.
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    let name = tus::disposition(&attachment.name);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", attachment.sha256)) {
        headers.insert(ETAG, tag);
    }
}

fn read_id(id: &str) -> Result<AttachmentId, Failure> {
    id.parse().map_err(|_| Failure::not_found())
}

async fn to_send(app: &App, session: &SessionRow, id: AttachmentId) -> Result<Attachment, Failure> {
    let found = load_to_send(app, session, id).await?;
    found.ok_or_else(Failure::not_found)
}

/// How far the upload is, as an answer.
fn tell(status: StatusCode, progress: Progress, length: u64) -> Result<Response, Failure> {
    let (offset, expires) = match progress {
        Progress::Under { bytes, last_at } => (bytes, (bytes > 0).then_some(last_at)),
        Progress::Received => (length, None),
        Progress::OtherBytes => {
            return Err(Failure::upload(
                tus::checksum_mismatch(),
                "the bytes are not those that were registered: the upload begins again",
            ));
        }
        Progress::Refused(_) => {
            return Err(Failure::upload(
                StatusCode::UNPROCESSABLE_ENTITY,
                "the picture has more than 100 million pixels",
            ));
        }
    };
    let mut response = tus::answer(status);
    let headers = response.headers_mut();
    headers.insert(tus::OFFSET, HeaderValue::from(offset));
    if let Some(expires) = expires.and_then(tus::expires) {
        headers.insert(tus::EXPIRES, expires);
    }
    Ok(response)
}
