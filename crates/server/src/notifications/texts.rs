//! What a device shows, in its language.
//!
//! Owns these texts. Must never take a word of a record: they are read on a locked screen.

use super::news::News;
use afield_domain::{JobStatus, Language};

/// All that is said of `news`.
pub(super) fn title(news: News, language: Language) -> String {
    match (news, language) {
        (News::Assigned, Language::English) => "A job was assigned to you".to_owned(),
        (News::Assigned, Language::German) => "Sie haben einen neuen Auftrag".to_owned(),
        (News::Changed, Language::English) => "The office has changed a job".to_owned(),
        (News::Changed, Language::German) => "Das Büro hat einen Auftrag geändert".to_owned(),
        (News::Status(status), Language::English) => {
            format!("The office set a job to: {}", name(status, language))
        }
        (News::Status(status), Language::German) => {
            format!(
                "Das Büro hat einen Auftrag gesetzt auf: {}",
                name(status, language)
            )
        }
    }
}

fn name(status: JobStatus, language: Language) -> &'static str {
    let (english, german) = match status {
        JobStatus::Scheduled => ("Scheduled", "Geplant"),
        JobStatus::EnRoute => ("En route", "Unterwegs"),
        JobStatus::Started => ("Started", "Begonnen"),
        JobStatus::Paused => ("Paused", "Pausiert"),
        JobStatus::Finished => ("Finished", "Erledigt"),
        JobStatus::Cancelled => ("Cancelled", "Abgesagt"),
    };
    match language {
        Language::English => english,
        Language::German => german,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_status_is_called_what_the_app_calls_it() {
        for language in Language::ALL {
            let file = format!("../../locales/{}/status.json", language.tag());
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
            let texts: serde_json::Value =
                serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
            for status in JobStatus::ALL {
                let key = serde_json::to_value(status).unwrap();
                assert_eq!(texts[key.as_str().unwrap()], name(status, language));
            }
        }
    }
}
