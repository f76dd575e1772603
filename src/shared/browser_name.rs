//! What a browser is called, for people.
//!
//! Owns how that is read out of what it says of itself. Pure; a guess that only names things: nothing may hang on it.

/// What a browser calls itself, as far as it tells people something: "Firefox, Android".
#[must_use]
pub fn browser_name(label: &str) -> String {
    let find = |names: &[&str]| {
        let found = names.iter().find(|name| label.contains(**name));
        found.map(|name| name.trim_end_matches('/').to_owned())
    };
    // Each says that it is the ones after it as well.
    let browser = find(&["Edg", "OPR", "Firefox", "Chrome", "Safari"]);
    let browser = browser.map(|name| match name.as_str() {
        "Edg" => "Edge".to_owned(),
        "OPR" => "Opera".to_owned(),
        _ => name,
    });
    let system = find(&["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"]);
    let known: Vec<String> = browser.into_iter().chain(system).collect();
    if known.is_empty() {
        label.chars().take(40).collect()
    } else {
        known.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_what_people_call_them() {
        for (label, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36",
                "Chrome, Linux",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36 Edg/156.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0",
                "Firefox, Android",
            ),
            ("curl/8.0", "curl/8.0"),
            ("", ""),
        ] {
            assert_eq!(browser_name(label), name);
        }
    }
}
