//! The expressions of XLSForm: `${pets} = 'dog' and selected(${food}, 'dry')`.
//!
//! Owns the grammar, a part of XPath 1.0. Pure; what it does not know is none, never half understood. Must never nest
//! without bound: forms come from strangers.

/// Brackets within brackets.
const DEPTH: usize = 24;
/// Tokens of one expression.
const TOKENS: usize = 2_000;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// `'dog'`.
    Text(String),
    /// `12.5`, as it stands there.
    Number(String),
    /// `${pets}`, or a path that ends there, such as `../pets`: the answer to that question.
    Answer(Place),
    /// `.`: the answer to the question itself.
    This,
    /// `selected(…)`.
    Call(String, Vec<Expr>),
    /// Two with an operator between them.
    Pair(Operator, Box<Expr>, Box<Expr>),
    /// `-…`.
    Negative(Box<Expr>),
}

/// Which question is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its name.
    pub(super) name: String,
    /// The group that a path says it stands in.
    pub(super) group: Option<String>,
}

/// What stands between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    Over,
    Remainder,
}

impl Operator {
    /// How tightly it holds, from 0.
    fn rank(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Is | Self::IsNot => 2,
            Self::Less | Self::AtMost | Self::More | Self::AtLeast => 3,
            Self::Plus | Self::Minus => 4,
            Self::Times | Self::Over | Self::Remainder => 5,
        }
    }

    /// The same test with its sides changed over.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::More => Self::Less,
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            other => other,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Number(String),
    Answer(Place),
    This,
    Name(String),
    Sign(Operator),
    Open,
    Close,
    Comma,
}

/// The expression that `text` holds; none where it holds what is not known here.
pub(super) fn parse(text: &str) -> Option<Expr> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
    };
    let found = reader.pair(0, 0)?;
    (reader.at == tokens.len()).then_some(found)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = token(first, rest, found.last())?;
        found.push(token);
        if found.len() > TOKENS {
            return None;
        }
        rest = after.trim_start();
    }
    Some(found)
}

/// The first token of `rest`, which begins with `first`, and what follows it.
fn token<'a>(first: char, rest: &'a str, before: Option<&Token>) -> Option<(Token, &'a str)> {
    let simple = |token, length| rest.get(length..).map(|after| (token, after));
    match first {
        '(' => simple(Token::Open, 1),
        ')' => simple(Token::Close, 1),
        ',' => simple(Token::Comma, 1),
        '=' => simple(Token::Sign(Operator::Is), 1),
        '+' => simple(Token::Sign(Operator::Plus), 1),
        '-' => simple(Token::Sign(Operator::Minus), 1),
        '*' => simple(Token::Sign(Operator::Times), 1),
        '!' if rest.starts_with("!=") => simple(Token::Sign(Operator::IsNot), 2),
        '<' if rest.starts_with("<=") => simple(Token::Sign(Operator::AtMost), 2),
        '>' if rest.starts_with(">=") => simple(Token::Sign(Operator::AtLeast), 2),
        '<' => simple(Token::Sign(Operator::Less), 1),
        '>' => simple(Token::Sign(Operator::More), 1),
        '$' => answer(rest),
        '\'' | '"' => quoted(rest, &[first]),
        // Word processors turn quotes.
        '‘' | '’' => quoted(rest, &['‘', '’']),
        '“' | '”' => quoted(rest, &['“', '”']),
        '0'..='9' => number(rest),
        '.' => match rest.chars().nth(1) {
            Some('0'..='9') => number(rest),
            Some('.' | '/') => path(rest),
            _ => simple(Token::This, 1),
        },
        '/' => path(rest),
        first if first.is_alphabetic() || first == '_' => name(rest, before),
        _ => None,
    }
}

fn answer(rest: &str) -> Option<(Token, &str)> {
    let (name, after) = rest.strip_prefix("${")?.split_once('}')?;
    let name = name.trim().to_owned();
    Some((Token::Answer(Place { name, group: None }), after))
}

/// A path to another question: its name, and the group that it names last.
fn path(rest: &str) -> Option<(Token, &str)> {
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let end = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
    let (path, after) = rest.split_at(end);
    let is_name = |part: &&str| part.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut parts = path.rsplit('/');
    let name = parts.next().filter(is_name)?.to_owned();
    let group = parts.next().filter(is_name).map(str::to_owned);
    Some((Token::Answer(Place { name, group }), after))
}

fn quoted<'a>(rest: &'a str, marks: &[char]) -> Option<(Token, &'a str)> {
    let mut letters = rest.chars();
    letters.next();
    let (text, after) = letters.as_str().split_once(marks)?;
    Some((Token::Text(text.to_owned()), after))
}

fn number(rest: &str) -> Option<(Token, &str)> {
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
    let is_one = number.matches('.').count() <= 1;
    is_one.then(|| (Token::Number(number.to_owned()), after))
}

/// A name, or an operator that is written as a word: where one can stand.
fn name<'a>(rest: &'a str, before: Option<&Token>) -> Option<(Token, &'a str)> {
    let belongs = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
    let end = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let is_after_value = matches!(
        before,
        Some(Token::Text(_) | Token::Number(_) | Token::Answer(_) | Token::This | Token::Close)
    );
    let word = match name.to_ascii_lowercase().as_str() {
        "and" => Some(Operator::And),
        "or" => Some(Operator::Or),
        "div" => Some(Operator::Over),
        "mod" => Some(Operator::Remainder),
        _ => None,
    };
    match word {
        Some(operator) if is_after_value => Some((Token::Sign(operator), after)),
        _ => Some((Token::Name(name.to_owned()), after)),
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, wanted: &Token) -> bool {
        let is_there = self.tokens.get(self.at) == Some(wanted);
        self.at += usize::from(is_there);
        is_there
    }

    /// The operator that comes next, if it holds at least as tightly as `least`.
    fn operator(&mut self, least: u8) -> Option<Operator> {
        match self.tokens.get(self.at) {
            Some(Token::Sign(operator)) if operator.rank() >= least => {
                self.at += 1;
                Some(*operator)
            }
            _ => None,
        }
    }

    fn pair(&mut self, least: u8, depth: usize) -> Option<Expr> {
        let mut one = self.single(depth)?;
        while let Some(operator) = self.operator(least) {
            let other = self.pair(operator.rank() + 1, depth)?;
            one = Expr::Pair(operator, Box::new(one), Box::new(other));
        }
        Some(one)
    }

    fn single(&mut self, depth: usize) -> Option<Expr> {
        if depth > DEPTH {
            return None;
        }
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        match token {
            Token::Text(text) => Some(Expr::Text(text.clone())),
            Token::Number(number) => Some(Expr::Number(number.clone())),
            Token::Answer(place) => Some(Expr::Answer(place.clone())),
            Token::This => Some(Expr::This),
            Token::Sign(Operator::Minus) => Some(Expr::Negative(Box::new(self.single(depth + 1)?))),
            Token::Open => {
                let inner = self.pair(0, depth + 1)?;
                self.take(&Token::Close).then_some(inner)
            }
            Token::Name(name) => {
                let given = self.arguments(depth)?;
                Some(Expr::Call(name.to_ascii_lowercase(), given))
            }
            Token::Sign(_) | Token::Close | Token::Comma => None,
        }
    }

    fn arguments(&mut self, depth: usize) -> Option<Vec<Expr>> {
        if !self.take(&Token::Open) {
            return None;
        }
        let mut given = Vec::new();
        while !self.take(&Token::Close) {
            if !given.is_empty() && !self.take(&Token::Comma) {
                return None;
            }
            given.push(self.pair(0, depth + 1)?);
        }
        Some(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With all its brackets.
    fn shown(expr: &Expr) -> String {
        match expr {
            Expr::Text(text) => format!("'{text}'"),
            Expr::Number(number) => number.clone(),
            Expr::Answer(place) => match &place.group {
                Some(group) => format!("${group}/{}", place.name),
                None => format!("${}", place.name),
            },
            Expr::This => ".".to_owned(),
            Expr::Call(name, given) => {
                let given: Vec<String> = given.iter().map(shown).collect();
                format!("{name}({})", given.join(", "))
            }
            Expr::Pair(operator, one, other) => {
                format!("({} {operator:?} {})", shown(one), shown(other))
            }
            Expr::Negative(inner) => format!("-{}", shown(inner)),
        }
    }

    #[test]
    fn what_forms_hold_is_read_with_the_ranks_of_xpath() {
        for (text, expected) in [
            ("${a}='x'", "($a Is 'x')"),
            ("${ a } = \"x\"", "($a Is 'x')"),
            ("${a} = ‘x’", "($a Is 'x')"),
            (
                "${a}=1 or ${b}=2 and ${c}=3",
                "(($a Is 1) Or (($b Is 2) And ($c Is 3)))",
            ),
            (
                "(${a}=1 or ${b}=2) and ${c}!=3",
                "((($a Is 1) Or ($b Is 2)) And ($c IsNot 3))",
            ),
            (
                ". >= 0 and . <= 10.5",
                "((. AtLeast 0) And (. AtMost 10.5))",
            ),
            (".>-5", "(. More -5)"),
            (".<.5", "(. Less .5)"),
            ("selected(${a}, 'x')", "selected($a, 'x')"),
            ("not(selected(.,'x'))", "not(selected(., 'x'))"),
            ("count-selected(${a}) > 1", "(count-selected($a) More 1)"),
            ("${a} - ${b} - 1", "(($a Minus $b) Minus 1)"),
            (
                "${a} div 2 * ${b} mod 3",
                "((($a Over 2) Times $b) Remainder 3)",
            ),
            ("today()", "today()"),
            ("TRUE()", "true()"),
            ("selected(../group/a, 'x')", "selected($group/a, 'x')"),
            ("./a = ‘x’", "($a Is 'x')"),
            ("/data/a > 1", "($data/a More 1)"),
        ] {
            let found = parse(text).map(|expr| shown(&expr));
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_known_is_none() {
        let deep = format!("{}1{}", "(".repeat(500), ")".repeat(500));
        let long = "1+".repeat(5_000) + "1";
        let many = "-".repeat(5_000) + "1";
        for text in [
            "",
            " ",
            "${a",
            "'x",
            "${a} =",
            "= 1",
            "../",
            "/",
            "..",
            "a",
            "f(",
            "f(1 2)",
            "1 2",
            "1..2",
            "${a} && 1",
            "a[1]",
            "(1",
            "1)",
            "()",
            "§",
            &deep,
            &long,
            &many,
        ] {
            assert_eq!(
                parse(text),
                None,
                "{}",
                text.chars().take(20).collect::<String>()
            );
        }
    }
}
