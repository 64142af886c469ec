use super::*;

#[test]
fn numbers_are_read_as_people_write_them() {
    for (text, number) in [
        ("B-12", Some(12)),
        ("b12", Some(12)),
        (" 7 ", Some(7)),
        ("B-0", None),
        ("D-7", None),
        ("", None),
        ("B--", None),
        ("1e3", None),
    ] {
        assert_eq!(parse_number(text), number, "{text}");
    }
    assert_eq!(parse_numbers("B-12, B-14 and 3 B-12"), (vec![12, 14, 3], vec![]));
    assert_eq!(parse_numbers("B-12; soon"), (vec![12], vec!["soon".to_owned()]));
}

#[test]
fn circles_are_found_wherever_they_are() {
    let graph = |edges: &[(i64, i64)]| {
        let mut graph: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (from, to) in edges {
            graph.entry(*from).or_default().push(*to);
        }
        graph
    };
    assert_eq!(cycle(1, &graph(&[(1, 2), (2, 3)])), None);
    assert_eq!(cycle(1, &graph(&[(1, 2), (2, 3), (3, 1)])), Some(vec![1, 2, 3]));
    // A circle in which it isn't is no circle of its own.
    assert_eq!(cycle(1, &graph(&[(1, 2), (2, 3), (3, 2)])), None);
    assert_eq!(cycle(1, &graph(&[(1, 1)])), Some(vec![1]));
}
