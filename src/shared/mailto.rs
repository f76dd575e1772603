//! The draft of a mail as a link. Pure.

/// The draft of a mail; `encode` is the browser's URL encoding.
#[must_use]
pub fn mailto(to: &str, subject: &str, body: &str, encode: impl Fn(&str) -> String) -> String {
    // An address may hold characters that end it in a link; `@` is the one that must stay.
    let to = encode(to).replace("%40", "@");
    let body = body.replace('\n', "\r\n");
    format!(
        "mailto:{to}?subject={}&body={}",
        encode(subject),
        encode(&body)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_s_draft_is_one_link_whatever_stands_in_it() {
        let encode = |text: &str| {
            let pairs = [
                ("%", "%25"),
                ("@", "%40"),
                ("&", "%26"),
                ("?", "%3F"),
                (" ", "%20"),
                ("\r", "%0D"),
                ("\n", "%0A"),
            ];
            pairs
                .iter()
                .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        assert_eq!(
            mailto("a&b@x.example", "Job J-1?", "Hello,\nplease", encode),
            "mailto:a%26b@x.example?subject=Job%20J-1%3F&body=Hello,%0D%0Aplease"
        );
    }
}
