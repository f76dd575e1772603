//! The versions of the company's forms: which is the newest of each.
//!
//! Pure. A form never changes: another version is another form with the same title.

use afield_protocol::FormLine;

/// The newest version of each form, each with how many older ones it has. `lines` are in the order in which the server
/// gives them: the versions of a form one after the other, the newest first.
#[must_use]
pub fn with_older(lines: &[FormLine]) -> Vec<(FormLine, usize)> {
    let mut all: Vec<(FormLine, usize)> = Vec::new();
    for line in lines {
        match all
            .last_mut()
            .filter(|(newest, _)| newest.title == line.title)
        {
            Some((_, older)) => *older += 1,
            None => all.push((line.clone(), 0)),
        }
    }
    all
}

/// The newest version of each form.
#[must_use]
pub fn newest(lines: &[FormLine]) -> Vec<FormLine> {
    let all = with_older(lines).into_iter();
    all.map(|(line, _)| line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::{TemplateId, Timestamp};
    use uuid::Uuid;

    #[test]
    fn only_the_newest_version_of_each_form_is_offered() {
        let line = |n: u128, title: &str, name: &str| FormLine {
            id: TemplateId(Uuid::from_u128(n)),
            name: name.into(),
            title: title.into(),
            questions: 3,
            tasks: 0,
            made_at: Timestamp(0),
        };
        let lines = [
            line(1, "Air", "Air"),
            line(3, "Gas", "Gas (3)"),
            line(2, "Gas", "Gas (2)"),
            line(4, "Gas meter", "Gas meter"),
        ];
        let names: Vec<String> = newest(&lines).into_iter().map(|line| line.name).collect();
        assert_eq!(names, ["Air", "Gas (3)", "Gas meter"]);
        let older: Vec<usize> = with_older(&lines)
            .into_iter()
            .map(|(_, older)| older)
            .collect();
        assert_eq!(older, [0, 1, 0]);
    }
}
