//! Tests of the derive: what it reads, and that it reads what serde's own derive would.

use super::{FromTree, TreeError, take_left_out};
use serde::{Deserialize, Serialize};

/// Declares a type for each of the two derives, in the modules `ours` and `serdes`.
macro_rules! both {
    ($($types:item)+) => {
        mod ours {
            use super::*;
            $(#[derive(Debug, PartialEq, Serialize, FromTree)] $types)+
        }
        mod serdes {
            use super::*;
            $(#[derive(Debug, PartialEq, Serialize, Deserialize)] $types)+
        }
    };
}

fn seven() -> u64 {
    7
}

both! {
    #[serde(transparent)]
    pub(super) struct Weight(pub(super) u64);

    #[serde(rename_all = "snake_case")]
    pub(super) enum Colour {
        Red,
        DarkRed,
        #[serde(rename = "x")]
        Named,
    }

    pub(super) struct Ball {
        pub(super) weight: Weight,
        pub(super) colour: Colour,
        pub(super) maker: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub(super) owners: Vec<String>,
        #[serde(default = "seven")]
        pub(super) size: u64,
        #[serde(rename = "type")]
        pub(super) kind: String,
    }

    #[serde(tag = "thing", rename_all = "snake_case")]
    pub(super) enum Thing {
        Ball(Ball),
        FlatBox { edges: Vec<u64>, lid: Option<Colour> },
        Nothing,
        #[serde(other)]
        Unknown,
    }
}

#[test]
fn it_reads_what_serde_would_read() {
    let whole = r#"{"thing":"ball","weight":7,"colour":"dark_red","maker":"A","owners":["b"],"size":1,"type":"t"}"#;
    let least = r#"{"weight":7,"thing":"ball","colour":"x","type":"t","year":1999}"#;
    for json in [
        whole,
        least,
        r#"{"thing":"flat_box","edges":[1,2],"lid":"red"}"#,
        r#"{"thing":"flat_box","edges":[]}"#,
        r#"{"thing":"nothing","more":{}}"#,
        r#"{"thing":"spaceship","crew":["a"]}"#,
        r#"{"thing":"flat_box"}"#,
        r#"{"thing":"flat_box","edges":[1],"lid":"blue"}"#,
        r#"{"thing":"ball","weight":"7","colour":"x","type":"t"}"#,
        r#"{"edges":[]}"#,
        r#"[]"#,
        r#""nothing""#,
    ] {
        let ours = serde_json::from_str::<ours::Thing>(json);
        let serdes = serde_json::from_str::<serdes::Thing>(json);
        let ours = ours.map(|thing| serde_json::to_string(&thing).unwrap());
        let serdes = serdes.map(|thing| serde_json::to_string(&thing).unwrap());
        assert_eq!(ours.as_ref().ok(), serdes.as_ref().ok(), "{json}: {ours:?}");
    }
}

#[test]
fn a_name_that_is_not_known_is_told_by_its_type() {
    let error = serde_json::from_str::<ours::Colour>(r#""blue""#).unwrap_err();
    assert!(error.to_string().starts_with("expected Colour"), "{error}");
}

/// What serde has no word for.
#[derive(Debug, PartialEq, FromTree)]
struct Reply {
    id: u64,
    #[wire(default)]
    name: String,
    #[wire(readable, default = "seven")]
    size: u64,
    #[wire(each)]
    list: Vec<u64>,
    #[wire(each, readable)]
    more: Vec<u64>,
    #[wire(readable)]
    role: Role,
}

#[derive(Debug, PartialEq, Default, FromTree)]
#[serde(rename_all = "snake_case")]
enum Role {
    #[default]
    #[wire(other)]
    Least,
    Most,
}

fn read(json: &str) -> Result<Reply, TreeError> {
    Reply::from_tree(serde_json::from_str(json).unwrap())
}

#[test]
fn what_serde_has_no_word_for() {
    let reply = |name: &str, size, list: &[u64], more: &[u64], role| Reply {
        id: 1,
        name: name.to_owned(),
        size,
        list: list.to_vec(),
        more: more.to_vec(),
        role,
    };
    let whole = r#"{"id":1,"name":"a","size":2,"list":[3],"more":[4],"role":"most"}"#;
    assert_eq!(read(whole), Ok(reply("a", 2, &[3], &[4], Role::Most)));
    let least = r#"{"id":1,"list":[]}"#;
    assert_eq!(read(least), Ok(reply("", 7, &[], &[], Role::Least)));
    let _ = take_left_out();
    let odd = r#"{"id":1,"name":null,"size":"x","list":[3,"x",5],"more":{},"role":"odd"}"#;
    assert_eq!(read(odd), Ok(reply("", 7, &[3, 5], &[], Role::Least)));
    assert_eq!(take_left_out().len(), 3);
    for missing in [r#"{"list":[]}"#, r#"{"id":1}"#, r#"{"id":1,"list":{}}"#] {
        assert!(read(missing).is_err(), "{missing}");
    }
}
