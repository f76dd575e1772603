//! The report of an import as a file for spreadsheets.
//!
//! Owns its form: CSV by RFC 4180, in which no cell is a formula. Pure.

use afield_domain::cells::harmless;
use afield_protocol::ImportLine;

/// The heads of its columns, and how what became of a row and a field are called.
pub struct Words<'w> {
    /// Line, what became of it, name, fields, remarks.
    pub heads: [&'w str; 5],
    /// What became of a row.
    pub sort: &'w dyn Fn(&ImportLine) -> &'static str,
    /// A field by its name.
    pub field: &'w dyn Fn(&str) -> String,
    /// What is said of a row.
    pub remarks: &'w dyn Fn(&ImportLine) -> String,
    /// What stands between the cells.
    pub separator: char,
}

/// The file: with its mark, so that spreadsheets read it as UTF-8.
#[must_use]
pub fn report_file(lines: &[ImportLine], words: &Words<'_>) -> String {
    let mut file = String::from("\u{feff}");
    add_row(
        &mut file,
        words.separator,
        words.heads.iter().map(|head| (*head).to_owned()),
    );
    for line in lines {
        let fields: Vec<String> = line
            .fields
            .iter()
            .map(|field| (words.field)(field))
            .collect();
        let cells = [
            line.line.to_string(),
            (words.sort)(line).to_owned(),
            line.name.clone(),
            fields.join(", "),
            (words.remarks)(line),
        ];
        add_row(&mut file, words.separator, cells.into_iter());
    }
    file
}

fn add_row(file: &mut String, separator: char, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            file.push(separator);
        }
        let cell = harmless(&cell);
        if cell.contains([separator, '"', '\n', '\r']) {
            file.push('"');
            file.push_str(&cell.replace('"', "\"\""));
            file.push('"');
        } else {
            file.push_str(&cell);
        }
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_protocol::ImportSort;

    #[test]
    fn a_row_is_a_line_and_no_cell_is_a_formula() {
        let line = |line, name: &str, text: &str| ImportLine {
            said: Vec::new(),
            line,
            sort: ImportSort::Updated,
            name: name.into(),
            fields: vec!["phone".into(), "city".into()],
            texts: vec![text.into()],
        };
        let words = Words {
            heads: ["Line", "What", "Name", "Fields", "Remarks"],
            sort: &|_| "Changed",
            field: &|name| name.to_uppercase(),
            remarks: &|line| line.texts.join("; "),
            separator: ';',
        };
        let lines = [line(2, "=1+1", "a; \"b\""), line(3, "Hansen", "-x\ny")];
        assert_eq!(
            report_file(&lines, &words),
            "\u{feff}Line;What;Name;Fields;Remarks\r\n\
             2;Changed;'=1+1;PHONE, CITY;\"a; \"\"b\"\"\"\r\n\
             3;Changed;Hansen;PHONE, CITY;\"'-x\ny\"\r\n"
        );
    }
}
