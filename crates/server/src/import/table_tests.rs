//! Text files as people have them: lines, quotes, separators, headers.

use super::{Table, TableOptions};

type Expected<'a> = &'a [(u64, Result<&'a [&'a str], &'a str>)];

#[track_caller]
fn check(text: &[u8], expected: Expected<'_>) {
    let table = Table::read(text, &TableOptions::default()).unwrap();
    assert_eq!(table.rows.len(), expected.len(), "{:?}", table.rows);
    for (row, (line, cells)) in table.rows.iter().zip(expected) {
        assert_eq!(row.line, *line);
        match (&row.cells, cells) {
            (Ok(got), Ok(cells)) => assert_eq!(got, cells),
            (Err(got), Err(start)) => assert!(got.as_str().starts_with(start), "{got}"),
            (got, cells) => panic!("line {line}: {got:?}, not {cells:?}"),
        }
    }
}

#[test]
fn lines_are_numbered_as_in_an_editor_and_damaged_rows_stand_alone() {
    check(
        b"a,b\n1, 2 \n\"x\ny\",3\nonly\n4,\x01\n5,6,,\n,\n7,8,9\n",
        &[
            (2, Ok(&["1", "2"])),
            (3, Ok(&["x\ny", "3"])),
            (5, Err("has 1 cells, the header has 2")),
            (6, Err("\"\u{fffd}\" has a control character")),
            (7, Ok(&["5", "6"])),
            (9, Err("has 3 cells, the header has 2")),
        ],
    );
    check(
        b"a;b\r1,5,0,0;2\r\r\"x\ry\";4\r5;6",
        &[
            (2, Ok(&["1,5,0,0", "2"])),
            (4, Ok(&["x\ry", "4"])),
            (6, Ok(&["5", "6"])),
        ],
    );
    check(
        b"\xEF\xBB\xBFa;b\r\n1,5;2\r\n\r\n3;4\r\n",
        &[(2, Ok(&["1,5", "2"])), (4, Ok(&["3", "4"]))],
    );
    check(
        b"a,b\nStra\xC3\x9Fe,1\nStra\xDFe,2\n",
        &[
            (2, Ok(&["Straße", "1"])),
            (
                3,
                Err("\"Stra\u{fffd}e\" has a character that cannot be read"),
            ),
        ],
    );
}

#[test]
fn separators_are_told_by_the_header_or_said() {
    check(b"sep=;\r\na;b\r\n1;2\r\n", &[(3, Ok(&["1", "2"]))]);
    check(b"\"sep=|\"\na|b\n1,5|2\n", &[(3, Ok(&["1,5", "2"]))]);
    check(b"a\tb\n1\t2, 3\n", &[(2, Ok(&["1", "2, 3"]))]);
    check(b"\"a, b, c\";d\n1;2\n", &[(2, Ok(&["1", "2"]))]);
    check(b"a\n1\n", &[(2, Ok(&["1"]))]);
    check(b"a, b\n\"1\" , \"2\"\n", &[(2, Ok(&["1", "2"]))]);
    let error = Table::read(b"a,b;c\n1,2;3\n", &TableOptions::default()).unwrap_err();
    assert!(error.to_string().contains("--separator"), "{error}");
    let options = TableOptions {
        separator: Some(';'),
        ..TableOptions::default()
    };
    let table = Table::read(b"a,b;c\n1,2;3\n", &options).unwrap();
    assert_eq!(table.columns, ["a,b", "c"]);
}

#[test]
fn a_quote_swallows_nothing() {
    for (text, expected) in [
        (
            "a,b,c\n1,\"open,2\n3,4,5\n",
            "the quote that opens on line 2 is never closed",
        ),
        (
            "a,b,c\n1,2,3\n4,\"5\"\" pipe,6\n7,\"8\",9\n",
            "the quote that opens on line 3 is not closed where it should be: on line 4",
        ),
        (
            "\"a,b\n1,2\n",
            "the quote that opens on line 1 is never closed",
        ),
    ] {
        let error = Table::read(text.as_bytes(), &TableOptions::default()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    check(
        b"a,b,c\n1,\"5 pipe,2\n3,x,4\n5,6\",7\n8,9,10\n",
        &[
            (2, Err("a quote joins the lines 2 to 4")),
            (5, Ok(&["8", "9", "10"])),
        ],
    );
    // However many columns there are, and whatever lies between.
    for text in [
        "a,b\nA,\"Wharf 5\nB,Wharf 6\nC,Wharf 7\"\n",
        "a,b,c\n1,x,\"open\n\n2,y,z\n3,w,end\"\n",
        "a,b,c\n1,x,\"open\n2,only\n3,w,end\"\n",
        "a,b,c\n1,x,\"open\n2,\"\",z\nend\"\n",
        "a,b,c\n1,\"5 pipe,x\n\n2,6\",z\n",
        "a, b, c\n1, x, \"open\n2, y, z\nend\"\n",
    ] {
        check(
            text.as_bytes(),
            &[(2, Err("a quote joins the lines 2 to "))],
        );
    }
    let titled = TableOptions {
        header_line: Some(2),
        ..TableOptions::default()
    };
    let text = b"Our list\na,b,c\n1,x,\"open\n2,y,z\nend\"\n";
    let table = Table::read(text, &titled).unwrap();
    assert!(table.rows.iter().all(|row| row.cells.is_err()));
    // What people write in several lines is theirs, with as many commas as there are columns.
    for (text, cell) in [
        (
            "a,b,c\n1,2,\"wet\nred, green, blue\ndry\"\n",
            "wet\nred, green, blue\ndry",
        ),
        ("a,b,c\n1,2,\"wet\n\ndry\"\n", "wet\n\ndry"),
    ] {
        check(text.as_bytes(), &[(2, Ok(&["1", "2", cell]))]);
    }
    check(
        b"a,b,c\n\"wet\ndry\",2,\"old\nnew\"\n",
        &[(2, Ok(&["wet\ndry", "2", "old\nnew"]))],
    );
    check(
        b"a,b,c\n1,5\" pipe,2\n3,\"one\ntwo, or \"\"three\"\"\",4\n",
        &[
            (2, Ok(&["1", "5\" pipe", "2"])),
            (3, Ok(&["3", "one\ntwo, or \"three\"", "4"])),
        ],
    );
}

#[test]
fn headers_are_trimmed_found_and_unique_where_they_are_used() {
    let options = TableOptions {
        header_line: Some(3),
        ..TableOptions::default()
    };
    let text = b"Our list\n\n Name , \"Phone\n(mobile)\",Name,\nA,1,B,\n";
    let table = Table::read(text, &options).unwrap();
    assert_eq!(table.columns, ["Name", "Phone (mobile)", "Name"]);
    assert_eq!(table.rows.first().map(|row| row.line), Some(5));
    assert!(table.places(["Phone (mobile)"].into_iter()).is_ok());
    for (name, expected) in [
        ("Name", "the file has two columns \"Name\""),
        ("Fax", "the file has no column \"Fax\"; it has \"Name\""),
    ] {
        let error = table.places([name].into_iter()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    let error = Table::read(b";;\n;;\n", &TableOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "the file has no header");
}

#[test]
fn what_programs_put_around_cells_is_not_part_of_them() {
    let text =
        "\u{200b}Nr,Gro\u{308}\u{df}e\n=\"00123\",Ko\u{308}ln\u{feff}\n\"=\"\"00124\"\"\",x\n";
    check(
        text.as_bytes(),
        &[(2, Ok(&["00123", "Köln"])), (3, Ok(&["00124", "x"]))],
    );
    let table = Table::read(text.as_bytes(), &TableOptions::default()).unwrap();
    // As a person types it, or copies it from there.
    for name in ["Größe", "Gro\u{308}\u{df}e", "Nr"] {
        assert!(table.places([name].into_iter()).is_ok(), "{name}");
    }
}

#[test]
fn a_file_that_is_no_table_is_called_by_its_name() {
    let utf32: Vec<u8> = "\u{feff}a,b"
        .chars()
        .flat_map(|each| u32::from(each).to_le_bytes())
        .collect();
    for (bytes, expected) in [
        (&utf32[..], "in UTF-32"),
        (
            b"\xEF\xBB\xBF<?xml version=\"1.0\"?><Workbook/>",
            "a page of HTML or XML",
        ),
        (b"\r\n<HTML><table>", "a page of HTML or XML"),
        (b"<table><tr><td>a</td></tr>", "a page of HTML or XML"),
        (b"%PDF-1.4\n%", "a PDF"),
        (b"\x1F\x8B\x08\x00", "compressed"),
        (
            b"\x89PNG\r\n\x1A\n\0\0",
            "a picture (PNG): a list is needed",
        ),
        (b"\xFF\xD8\xFF\xE0\0", "a picture (JPEG)"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a picture (WebP)"),
        (b"\0\0\0\x18ftypheic", "a picture (HEIC)"),
        (b"", "empty: a list is needed"),
        (b"\r\n\n ", "empty: a list is needed"),
    ] {
        let error = Table::read(bytes, &TableOptions::default()).unwrap_err();
        let start = format!("the file is {expected}");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
    check(b"<a>,b\n1,2\n", &[(2, Ok(&["1", "2"]))]);
}

#[test]
fn too_much_is_refused_before_it_fills_the_memory() {
    let long = "x".repeat(40_000);
    check(
        format!("a,b\n{long},1\n2,3\n").as_bytes(),
        &[
            (2, Err("a cell is longer than 32767 characters")),
            (3, Ok(&["2", "3"])),
        ],
    );
    for (text, expected) in [
        (",".repeat(1_000_000), "line 1 has more than 1000 cells"),
        (
            format!("{}\n", "1,".repeat(999)).repeat(2_001),
            "the file has more than 2000000 cells",
        ),
        (
            "x".repeat(64 * 1024 * 1024 + 1),
            "the file is larger than 64 MiB",
        ),
    ] {
        let error = Table::read(text.as_bytes(), &TableOptions::default()).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}
