//! What somebody says of a file: what its rows are, and which column means what.
//!
//! Owns [`ImportForm`]: that no field is two columns, and what is still missing. Pure.

use afield_protocol::{ImportAnswer, ImportColumn, ImportField};

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// Customers, each with its place.
    Customers,
    /// Jobs.
    Jobs,
    /// Assets of customers.
    Assets,
    /// Contracts of customers.
    Contracts,
    /// Parts and services.
    Parts,
}

impl Rows {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::Customers,
        Self::Jobs,
        Self::Assets,
        Self::Contracts,
        Self::Parts,
    ];

    /// As the server knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Jobs => "jobs",
            Self::Assets => "assets",
            Self::Contracts => "contracts",
            Self::Parts => "parts",
        }
    }
}

/// What is said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportForm {
    /// What its rows are.
    pub rows: Rows,
    /// The sheet that was chosen; empty if nobody has.
    pub sheet: String,
    /// In which order day, month and year stand; empty if nobody has said so.
    pub dates: String,
    /// Its columns, each with its field.
    pub columns: Vec<ImportColumn>,
    /// What a column can mean.
    pub fields: Vec<ImportField>,
}

impl ImportForm {
    /// Of a file of which nothing is known yet.
    #[must_use]
    pub fn new(rows: Rows) -> Self {
        Self {
            rows,
            sheet: String::new(),
            dates: String::new(),
            columns: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Takes what the server has found in the file.
    pub fn take(&mut self, answer: &ImportAnswer) {
        self.columns.clone_from(&answer.columns);
        self.fields.clone_from(&answer.fields);
    }

    /// Says what a column means; another column that meant it means nothing any more.
    pub fn choose(&mut self, place: usize, field: &str) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            if at == place {
                field.clone_into(&mut column.field);
            } else if column.field == field {
                column.field.clear();
            }
        }
    }

    /// The fields that no row can be without and no column means.
    #[must_use]
    pub fn missing(&self) -> Vec<&str> {
        let is_there =
            |field: &&ImportField| self.columns.iter().any(|column| column.field == field.name);
        let missing = self
            .fields
            .iter()
            .filter(|field| field.needed && !is_there(field));
        missing.map(|field| field.name.as_str()).collect()
    }

    /// Which column is which field, as the server reads it.
    #[must_use]
    pub fn map(&self) -> String {
        let named = self
            .columns
            .iter()
            .filter(|column| !column.field.is_empty());
        let lines: Vec<String> = named
            .map(|column| format!("{}={}", column.name, column.field))
            .collect();
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ImportForm {
        let column = |name: &str, field: &str| ImportColumn {
            remark: None,
            name: name.into(),
            field: field.into(),
            examples: Vec::new(),
        };
        let field = |name: &str, needed| ImportField {
            name: name.into(),
            needed,
        };
        let mut form = ImportForm::new(Rows::Customers);
        form.take(&ImportAnswer {
            columns: vec![
                column("Who", ""),
                column("a=b", "phone"),
                column("Mail", ""),
            ],
            fields: vec![field("name", true), field("phone", false)],
            ..ImportAnswer::default()
        });
        form
    }

    #[test]
    fn a_field_is_one_column_and_what_is_missing_is_known() {
        let mut form = form();
        assert_eq!(
            (form.missing(), form.map()),
            (vec!["name"], "a=b=phone".into())
        );
        form.choose(0, "phone");
        assert_eq!(form.map(), "Who=phone");
        form.choose(2, "name");
        assert_eq!(
            (form.missing(), form.map()),
            (Vec::new(), "Who=phone\nMail=name".into())
        );
        form.choose(0, "");
        assert_eq!(form.map(), "Mail=name");
    }

    #[test]
    fn columns_that_mean_nothing_stay_as_they_are() {
        let mut form = form();
        form.choose(0, "");
        form.choose(2, "");
        assert_eq!(form.map(), "a=b=phone");
        form.choose(7, "name");
        assert_eq!(form.missing(), ["name"]);
    }
}
