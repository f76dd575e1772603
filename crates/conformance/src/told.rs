//! The envelope, read as it came.
//!
//! Owns what every reply must have. Must never read it by the types of the product: they forgive.

use crate::finding::Stop;
use crate::http::Reply;
use serde_json::Value;

/// The codes of errors and the HTTP status of each.
const CODES: [(&str, u16); 12] = [
    ("unauthorized", 401),
    ("epoch_changed", 409),
    ("too_large", 413),
    ("rate_limited", 429),
    ("unavailable", 503),
    ("cursor_expired", 410),
    ("conflict", 409),
    ("invalid", 400),
    ("forbidden", 403),
    ("not_found", 404),
    ("upgrade_required", 426),
    ("internal", 500),
];

/// Codes that come with other statuses of HTTP too: a wrong method or media type is `invalid`.
const ALSO: [(&str, u16); 2] = [("invalid", 405), ("invalid", 415)];

/// What is wrong with the envelope of `reply`, if anything is.
pub(crate) fn flaw(reply: &Reply) -> Option<String> {
    if (300..400).contains(&reply.status) {
        return Some("no redirect".into());
    }
    let Value::Object(fields) = &reply.json else {
        return Some("a JSON object".into());
    };
    if fields.get("afield").and_then(Value::as_u64) != Some(1) {
        return Some("`afield`: 1".into());
    }
    let epoch = fields.get("epoch").and_then(Value::as_str);
    if epoch.is_none_or(str::is_empty) {
        return Some("`epoch`: a text that is not empty".into());
    }
    if fields.get("server_time").and_then(Value::as_i64).is_none() {
        return Some("`server_time`: whole milliseconds".into());
    }
    if !fields.get("build").is_none_or(Value::is_string) {
        return Some("`build`: a text".into());
    }
    let answer = fields.get("reply");
    match (at(answer, "ok"), at(answer, "error")) {
        (Some(_), None) if reply.status == 200 => None,
        (Some(_), None) => Some("HTTP 200 with `reply.ok`, or one of its own refusals".into())
            // Settings and devices that are refused say so in an answer of their own.
            .filter(|_| at(answer, "ok").is_none_or(|ok| ok.get("outcome").is_none())),
        (None, Some(error)) => error_flaw(error, reply.status),
        _ => Some("`reply` with either `ok` or `error`".into()),
    }
}

fn at<'v>(value: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    value.and_then(|value| value.get(name))
}

fn error_flaw(error: &Value, status: u16) -> Option<String> {
    let Some(code) = error.get("code").and_then(Value::as_str) else {
        return Some("`error.code`: a text".into());
    };
    if !error.get("message").is_some_and(Value::is_string) {
        return Some("`error.message`: a text".into());
    }
    let mut known = CODES.iter().chain(&ALSO).filter(|(name, _)| *name == code);
    if known.clone().next().is_none() {
        return Some(format!("a code of the table, not {code}"));
    }
    let fits = known.any(|(_, expected)| *expected == status);
    (!fits).then(|| format!("the HTTP status that {code} has in the table"))
}

impl Reply {
    /// What it answers.
    pub(crate) fn ok(&self) -> Result<&Value, Stop> {
        match (flaw(self), self.json.pointer("/reply/ok")) {
            (None, Some(ok)) => Ok(ok),
            _ => Err(self.red("HTTP 200 and an envelope with `reply.ok`")),
        }
    }

    /// That it is this error.
    pub(crate) fn refused(&self, code: &str) -> Result<(), Stop> {
        if flaw(self).is_none() && self.at("/reply/error/code") == code {
            return Ok(());
        }
        let status = CODES.iter().find(|(name, _)| *name == code);
        let status = status.map_or(0, |(_, status)| *status);
        Err(self.red(format!(
            "HTTP {status} and an envelope with the error `{code}`"
        )))
    }

    /// That it is one of these errors.
    pub(crate) fn refused_as(&self, codes: &[&str]) -> Result<(), Stop> {
        if codes.iter().any(|code| self.refused(code).is_ok()) {
            return Ok(());
        }
        Err(self.red(format!("an envelope with one of the errors {codes:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(status: u16, json: Value, is_right: bool) {
        let reply = Reply {
            sent: String::new(),
            status,
            headers: hyper::HeaderMap::new(),
            body: Vec::new(),
            json,
        };
        assert_eq!(flaw(&reply).is_none(), is_right, "{reply:?}");
    }

    #[test]
    fn an_envelope_is_one_with_all_its_parts_and_the_status_of_its_code() {
        let of =
            |reply: Value| json!({ "afield": 1, "epoch": "e-1", "server_time": 5, "reply": reply });
        let error = |code: &str| of(json!({ "error": { "code": code, "message": "no" } }));
        check(200, of(json!({ "ok": {} })), true);
        check(400, of(json!({ "ok": { "outcome": "refused" } })), true);
        check(400, of(json!({ "ok": {} })), false);
        check(302, of(json!({ "ok": {} })), false);
        check(401, error("unauthorized"), true);
        check(405, error("invalid"), true);
        check(200, error("unauthorized"), false);
        check(418, error("teapot"), false);
        check(
            400,
            of(json!({ "error": { "code": 7, "message": "no" } })),
            false,
        );
        check(400, of(json!({ "error": { "code": "invalid" } })), false);
        check(200, of(json!({})), false);
        check(
            200,
            json!({ "afield": 2, "epoch": "e-1", "server_time": 5, "reply": { "ok": {} } }),
            false,
        );
        check(
            200,
            json!({ "afield": 1, "epoch": "", "server_time": 5, "reply": { "ok": {} } }),
            false,
        );
        check(
            200,
            json!({ "afield": 1, "epoch": "e-1", "server_time": "5", "reply": { "ok": {} } }),
            false,
        );
        check(404, Value::Null, false);
    }
}
