//! Against a vector, at random.

use super::*;

#[derive(Clone, PartialEq, Debug)]
struct Number(u64);

#[derive(Clone, Default, PartialEq, Debug)]
struct Total {
    sum: u64,
    max: u64,
}

impl Summary for Total {
    fn add(&mut self, right: &Self) {
        self.sum += right.sum;
        self.max = self.max.max(right.max);
    }
}

impl Item for Number {
    type Summary = Total;
    fn summary(&self) -> Total {
        Total {
            sum: self.0,
            max: self.0,
        }
    }
}

fn check(tree: &SumTree<Number>, expected: &[u64]) {
    let got: Vec<u64> = tree.iter_from(0).map(|n| n.0).collect();
    assert_eq!(got, expected);
    assert_eq!(tree.len(), expected.len());
    assert_eq!(tree.summary().sum, expected.iter().sum::<u64>());
    depth(tree);
}

fn depth(tree: &SumTree<Number>) -> usize {
    match &tree.0.kind {
        Kind::Leaf(leaf) => {
            let summaries: Vec<Total> = leaf.items.iter().map(Item::summary).collect();
            assert_eq!(leaf.summaries.as_slice(), summaries);
            0
        }
        Kind::Branch(children) => {
            let depths: Vec<usize> = children.iter().map(|child| depth(&child.tree)).collect();
            assert!(depths.iter().all(|d| *d == depths[0]));
            assert!(children.iter().all(|c| !c.tree.is_empty()) && children.len() <= MAX);
            for child in children {
                assert_eq!(child.count, child.tree.len());
                assert_eq!(&child.summary, child.tree.summary());
            }
            depths[0] + 1
        }
    }
}

#[test]
fn splices_like_a_vector() {
    let mut vector: Vec<u64> = (0..5000).collect();
    let mut tree: SumTree<Number> = vector.iter().map(|n| Number(*n)).collect();
    let mut seed = 7u64;
    let mut random = |below: usize| {
        seed = seed
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below.max(1)
    };
    for round in 0..2000 {
        let start = random(vector.len() + 1);
        let most = if round % 10 == 0 { 900 } else { 4 };
        let end = (start + random(most)).min(vector.len());
        let new: Vec<u64> = (0..random(most)).map(|n| n as u64).collect();
        let snapshot = tree.clone();
        let before = vector.clone();
        vector.splice(start..end, new.iter().copied());
        tree.splice(start..end, new.into_iter().map(Number).collect());
        check(&tree, &vector);
        check(&snapshot, &before);
        let from = random(vector.len());
        let big = |total: &Total| total.max > 4000;
        let next = tree.next_where(from, &big).map(|(i, _)| i);
        assert_eq!(
            next,
            (from..vector.len()).find(|i| vector[*i] > 4000),
            "next from {from}"
        );
        let prev = tree.prev_where(from, &big).map(|(i, _)| i);
        assert_eq!(prev, (0..from).rev().find(|i| vector[*i] > 4000));
        assert_eq!(tree.sum_before(from).sum, vector[..from].iter().sum());
        assert_eq!(tree.get(from).map(|n| n.0), vector.get(from).copied());
        let rest: Vec<u64> = tree.iter_from(from).map(|n| n.0).collect();
        assert_eq!(rest, vector[from..]);
    }
}
