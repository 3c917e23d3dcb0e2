//! A persistent balanced sequence with summaries: the one container of this crate.
//!
//! Documents hold their lines in one, and a file holds its documents in another. Cloning shares
//! everything, so a snapshot is free; an edit copies one path from the root. Items know nothing of
//! their position: places are sums of the summaries to the left, hence nothing after an edit needs
//! to be shifted.
//!
//! Invariants: every leaf is at the same depth; no node is empty except the root of an empty tree;
//! `summary` and `count` of a node are the sums over what it holds, and those beside a child or an
//! item are its own.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

/// What is known of a run of items without looking at each. `add` must be associative.
pub(crate) trait Summary: Clone + Default {
    fn add(&mut self, right: &Self);
}

pub(crate) trait Item: Clone {
    type Summary: Summary;
    fn summary(&self) -> Self::Summary;
}

/// Most items in a leaf, and most children of a branch.
const MAX: usize = 16;
/// Fewer than this and a node is merged with its neighbour when the two are joined.
const MIN: usize = MAX / 4;

#[derive(Clone)]
pub(crate) struct SumTree<T: Item>(Arc<Node<T>>);

#[derive(Clone)]
struct Node<T: Item> {
    summary: T::Summary,
    count: usize,
    height: usize,
    kind: Kind<T>,
}

#[derive(Clone)]
enum Kind<T: Item> {
    Leaf(Leaf<T>),
    Branch(Vec<Child<T>>),
}

/// Items, and what is known of each: in one piece, so that a search reads little memory before it
/// finds its item.
#[derive(Clone)]
struct Leaf<T: Item> {
    summaries: SmallVec<[T::Summary; MAX]>,
    items: Vec<T>,
}

impl<T: Item> Default for Leaf<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: Item> From<Vec<T>> for Leaf<T> {
    fn from(items: Vec<T>) -> Self {
        Leaf {
            summaries: items.iter().map(Item::summary).collect(),
            items,
        }
    }
}

impl<T: Item> Leaf<T> {
    fn change(&mut self, index: usize, change: impl FnOnce(&mut T)) {
        if let Some(item) = self.items.get_mut(index) {
            change(item);
            self.summaries[index] = item.summary();
        }
    }

    fn splice(&mut self, range: Range<usize>, items: Vec<T>) {
        let at = range.start;
        self.summaries.drain(range.clone());
        self.summaries
            .insert_many(at, items.iter().map(Item::summary));
        self.items.splice(range, items);
    }
}

/// A tree below a branch, and what is known of it: beside the pointer, for the same reason.
#[derive(Clone)]
struct Child<T: Item> {
    summary: T::Summary,
    count: usize,
    tree: SumTree<T>,
}

impl<T: Item> Child<T> {
    fn new(tree: SumTree<T>) -> Self {
        Child {
            summary: tree.0.summary.clone(),
            count: tree.0.count,
            tree,
        }
    }

    /// Changes the tree.
    fn change<R>(&mut self, change: impl FnOnce(&mut SumTree<T>) -> R) -> R {
        let result = change(&mut self.tree);
        self.summary = self.tree.0.summary.clone();
        self.count = self.tree.0.count;
        result
    }
}

impl<T: Item> Node<T> {
    fn leaf(leaf: Leaf<T>) -> Self {
        let mut node = Node {
            summary: T::Summary::default(),
            count: 0,
            height: 0,
            kind: Kind::Leaf(leaf),
        };
        node.sum();
        node
    }

    fn branch(children: Vec<Child<T>>) -> Self {
        let height = children.first().map_or(0, |child| child.tree.0.height) + 1;
        let mut node = Node {
            summary: T::Summary::default(),
            count: 0,
            height,
            kind: Kind::Branch(children),
        };
        node.sum();
        node
    }

    fn sum(&mut self) {
        let mut summary = T::Summary::default();
        match &self.kind {
            Kind::Leaf(leaf) => {
                leaf.summaries.iter().for_each(|one| summary.add(one));
                self.count = leaf.items.len();
            }
            Kind::Branch(children) => {
                children
                    .iter()
                    .for_each(|child| summary.add(&child.summary));
                self.count = children.iter().map(|child| child.count).sum();
            }
        }
        self.summary = summary;
    }
}

impl<T: Item> Default for SumTree<T> {
    fn default() -> Self {
        Self::leaf(Vec::new())
    }
}

impl<T: Item> FromIterator<T> for SumTree<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut builder = Builder::default();
        items.into_iter().for_each(|item| builder.push(item));
        builder.finish()
    }
}

/// Collects items from left to right into full leaves.
pub(crate) struct Builder<T: Item> {
    leaf: Vec<T>,
    leaves: Vec<SumTree<T>>,
}

impl<T: Item> Default for Builder<T> {
    fn default() -> Self {
        Builder {
            leaf: Vec::with_capacity(MAX),
            leaves: Vec::new(),
        }
    }
}

impl<T: Item> Builder<T> {
    pub(crate) fn push(&mut self, item: T) {
        if self.leaf.len() == MAX {
            let full = std::mem::replace(&mut self.leaf, Vec::with_capacity(MAX));
            self.leaves.push(SumTree::leaf(full));
        }
        self.leaf.push(item);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.leaf.is_empty() && self.leaves.is_empty()
    }

    pub(crate) fn finish(&mut self) -> SumTree<T> {
        let mut level = std::mem::take(&mut self.leaves);
        let mut last = std::mem::replace(&mut self.leaf, Vec::with_capacity(MAX));
        last.shrink_to_fit();
        if level.is_empty() || !last.is_empty() {
            level.push(SumTree::leaf(last));
        }
        while level.len() > 1 {
            let mut above = Vec::with_capacity(level.len() / MAX + 1);
            let mut rest = level.into_iter();
            loop {
                let children: Vec<_> = rest.by_ref().take(MAX).map(Child::new).collect();
                if children.is_empty() {
                    break;
                }
                above.push(SumTree(Arc::new(Node::branch(children))));
            }
            level = above;
        }
        level.pop().unwrap_or_default()
    }
}

impl<T: Item> SumTree<T> {
    pub(crate) fn len(&self) -> usize {
        self.0.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.count == 0
    }

    pub(crate) fn summary(&self) -> &T::Summary {
        &self.0.summary
    }

    /// The same tree in memory, not only equal content.
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn get(&self, mut index: usize) -> Option<&T> {
        let mut node = &*self.0;
        loop {
            match &node.kind {
                Kind::Leaf(leaf) => return leaf.items.get(index),
                Kind::Branch(children) => {
                    let child = children.iter().find(|child| {
                        let inside = index < child.count;
                        if !inside {
                            index -= child.count;
                        }
                        inside
                    })?;
                    node = &*child.tree.0;
                }
            }
        }
    }

    /// The sum over all items before `index`.
    pub(crate) fn sum_before(&self, mut index: usize) -> T::Summary {
        let mut sum = T::Summary::default();
        let mut node = &*self.0;
        loop {
            match &node.kind {
                Kind::Leaf(leaf) => {
                    let before = leaf.summaries.iter().take(index);
                    before.for_each(|one| sum.add(one));
                    return sum;
                }
                Kind::Branch(children) => {
                    let mut inside = None;
                    for child in children {
                        if index < child.count {
                            inside = Some(child);
                            break;
                        }
                        index -= child.count;
                        sum.add(&child.summary);
                    }
                    match inside {
                        Some(child) => node = &*child.tree.0,
                        None => return sum,
                    }
                }
            }
        }
    }

    /// The first item at which the sum over everything up to and including it satisfies `reached`
    /// (which must stay true once it is), with its index and the sum before it.
    pub(crate) fn seek(
        &self,
        reached: impl Fn(&T::Summary) -> bool,
    ) -> Option<(usize, T::Summary, &T)> {
        let (mut index, mut before) = (0, T::Summary::default());
        let with = |before: &T::Summary, next: &T::Summary| {
            let mut sum = before.clone();
            sum.add(next);
            sum
        };
        let mut node = &*self.0;
        'descend: loop {
            match &node.kind {
                Kind::Leaf(leaf) => {
                    for (at, one) in leaf.summaries.iter().enumerate() {
                        let sum = with(&before, one);
                        if reached(&sum) {
                            return Some((index + at, before, &leaf.items[at]));
                        }
                        before = sum;
                    }
                    return None;
                }
                Kind::Branch(children) => {
                    for child in children {
                        let sum = with(&before, &child.summary);
                        if reached(&sum) {
                            node = &*child.tree.0;
                            continue 'descend;
                        }
                        before = sum;
                        index += child.count;
                    }
                    return None;
                }
            }
        }
    }

    /// The first item at or after `from` whose summary satisfies `found`. Of a run of items,
    /// `found` must be true exactly when it is true of one of them.
    pub(crate) fn next_where(
        &self,
        from: usize,
        found: &impl Fn(&T::Summary) -> bool,
    ) -> Option<(usize, &T)> {
        if from >= self.0.count || !found(&self.0.summary) {
            return None;
        }
        match &self.0.kind {
            Kind::Leaf(leaf) => {
                let mut after = leaf.summaries.iter().enumerate().skip(from);
                let (index, _) = after.find(|(_, one)| found(one))?;
                Some((index, &leaf.items[index]))
            }
            Kind::Branch(children) => {
                let mut start = 0;
                for child in children {
                    if from < start + child.count
                        && found(&child.summary)
                        && let Some((index, item)) =
                            child.tree.next_where(from.saturating_sub(start), found)
                    {
                        return Some((start + index, item));
                    }
                    start += child.count;
                }
                None
            }
        }
    }

    /// The last item before `until` whose summary satisfies `found` (as for [`Self::next_where`]).
    pub(crate) fn prev_where(
        &self,
        until: usize,
        found: &impl Fn(&T::Summary) -> bool,
    ) -> Option<(usize, &T)> {
        if until == 0 || !found(&self.0.summary) {
            return None;
        }
        match &self.0.kind {
            Kind::Leaf(leaf) => {
                let mut before = leaf.summaries.iter().enumerate().take(until).rev();
                let (index, _) = before.find(|(_, one)| found(one))?;
                Some((index, &leaf.items[index]))
            }
            Kind::Branch(children) => {
                let mut end = self.0.count;
                for child in children.iter().rev() {
                    let start = end - child.count;
                    if start < until
                        && found(&child.summary)
                        && let Some((index, item)) = child.tree.prev_where(until - start, found)
                    {
                        return Some((start + index, item));
                    }
                    end = start;
                }
                None
            }
        }
    }

    /// Items from `from` on, in order.
    pub(crate) fn iter_from(&self, from: usize) -> Iter<'_, T> {
        let mut iter = Iter {
            stack: Vec::new(),
            leaf: [].iter(),
        };
        iter.descend(self, from);
        iter
    }

    /// Changes one item in place (a copy of the path to it where somebody else holds this tree).
    pub(crate) fn update(&mut self, mut index: usize, change: impl FnOnce(&mut T)) {
        let node = Arc::make_mut(&mut self.0);
        match &mut node.kind {
            Kind::Leaf(leaf) => leaf.change(index, change),
            Kind::Branch(children) => {
                for child in children {
                    if index < child.count {
                        child.change(|tree| tree.update(index, change));
                        break;
                    }
                    index -= child.count;
                }
            }
        }
        node.sum();
    }

    /// Replaces the items of `range` by `items`.
    pub(crate) fn splice(&mut self, range: Range<usize>, items: Vec<T>) {
        if let Err(items) = self.splice_in_leaf(range.clone(), items) {
            let (left, rest) = self.split(range.start);
            let (_, right) = rest.split(range.len());
            *self = left.concat(items.into_iter().collect()).concat(right);
        }
    }

    /// Does the splice in place where it stays within one leaf; gives the items back where not.
    fn splice_in_leaf(&mut self, range: Range<usize>, items: Vec<T>) -> Result<(), Vec<T>> {
        if !self.fits_one_leaf(&range, items.len()) {
            return Err(items);
        }
        let node = Arc::make_mut(&mut self.0);
        match &mut node.kind {
            Kind::Leaf(leaf) => leaf.splice(range, items),
            Kind::Branch(children) => {
                let (mut start, last) = (0, children.len() - 1);
                for (i, child) in children.iter_mut().enumerate() {
                    if range.start < start + child.count || i == last {
                        let range = range.start - start..range.end - start;
                        child.change(|tree| tree.splice_in_leaf(range, items))?;
                        break;
                    }
                    start += child.count;
                }
            }
        }
        node.sum();
        Ok(())
    }

    fn fits_one_leaf(&self, range: &Range<usize>, new: usize) -> bool {
        match &self.0.kind {
            Kind::Leaf(leaf) => {
                let old = leaf.items.len();
                let after = old.saturating_sub(range.len()) + new;
                range.end <= old && after > 0 && after <= MAX
            }
            Kind::Branch(children) => {
                let (mut start, last) = (0, children.len() - 1);
                for (i, child) in children.iter().enumerate() {
                    if range.start < start + child.count || i == last {
                        let range = range.start - start..range.end - start;
                        return child.tree.fits_one_leaf(&range, new);
                    }
                    start += child.count;
                }
                false
            }
        }
    }

    /// Everything before `index`, and the rest.
    pub(crate) fn split(&self, index: usize) -> (Self, Self) {
        if index == 0 {
            return (Self::default(), self.clone());
        }
        if index >= self.0.count {
            return (self.clone(), Self::default());
        }
        match &self.0.kind {
            Kind::Leaf(leaf) => {
                let (left, right) = leaf.items.split_at(index);
                (Self::leaf(left.to_vec()), Self::leaf(right.to_vec()))
            }
            Kind::Branch(children) => {
                let mut start = 0;
                let mut at = 0;
                while start + children[at].count <= index {
                    start += children[at].count;
                    at += 1;
                }
                let (left, right) = children[at].tree.split(index - start);
                let before = Self::from_children(children[..at].to_vec());
                let after = Self::from_children(children[at + 1..].to_vec());
                (before.concat(left), right.concat(after))
            }
        }
    }

    pub(crate) fn concat(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        match join(self, other) {
            (one, None) => one,
            (left, Some(right)) => Self::from_children(vec![Child::new(left), Child::new(right)]),
        }
    }

    fn leaf(items: Vec<T>) -> Self {
        SumTree(Arc::new(Node::leaf(items.into())))
    }

    /// A tree over siblings of equal height; a single one stands for itself.
    fn from_children(mut children: Vec<Child<T>>) -> Self {
        match children.len() {
            0 | 1 => children.pop().map(|child| child.tree).unwrap_or_default(),
            _ => SumTree(Arc::new(Node::branch(children))),
        }
    }
}

/// Joins two non-empty trees into one or two of the greater height.
fn join<T: Item>(mut left: SumTree<T>, mut right: SumTree<T>) -> (SumTree<T>, Option<SumTree<T>>) {
    let (high, low) = (left.0.height, right.0.height);
    if high == low {
        return join_level(left, right);
    }
    if high > low {
        let node = Arc::make_mut(&mut left.0);
        if let Kind::Branch(children) = &mut node.kind
            && let Some(last) = children.pop()
        {
            let (a, b) = join(last.tree, right);
            children.push(Child::new(a));
            children.extend(b.map(Child::new));
        }
        split_wide(left)
    } else {
        let node = Arc::make_mut(&mut right.0);
        if let Kind::Branch(children) = &mut node.kind {
            let first = children.remove(0);
            let (a, b) = join(left, first.tree);
            if let Some(b) = b {
                children.insert(0, Child::new(b));
            }
            children.insert(0, Child::new(a));
        }
        split_wide(right)
    }
}

/// Joins two nodes of equal height, evening them out where one is small.
fn join_level<T: Item>(left: SumTree<T>, right: SumTree<T>) -> (SumTree<T>, Option<SumTree<T>>) {
    let width = |tree: &SumTree<T>| match &tree.0.kind {
        Kind::Leaf(leaf) => leaf.items.len(),
        Kind::Branch(children) => children.len(),
    };
    if width(&left) >= MIN && width(&right) >= MIN {
        return (left, Some(right));
    }
    let merged = match (&left.0.kind, &right.0.kind) {
        (Kind::Leaf(a), Kind::Leaf(b)) => {
            Node::leaf([a.items.as_slice(), &b.items].concat().into())
        }
        (Kind::Branch(a), Kind::Branch(b)) => Node::branch([a.as_slice(), b.as_slice()].concat()),
        _ => return (left, Some(right)),
    };
    split_wide(SumTree(Arc::new(merged)))
}

/// Sums a changed node again, as two where it holds too much for one.
fn split_wide<T: Item>(mut tree: SumTree<T>) -> (SumTree<T>, Option<SumTree<T>>) {
    let node = Arc::make_mut(&mut tree.0);
    let rest = match &mut node.kind {
        Kind::Leaf(leaf) if leaf.items.len() > MAX => {
            let rest = leaf.items.split_off(leaf.items.len() / 2);
            *leaf = std::mem::take(&mut leaf.items).into();
            Some(Node::leaf(rest.into()))
        }
        Kind::Branch(children) if children.len() > MAX => {
            Some(Node::branch(children.split_off(children.len() / 2)))
        }
        _ => None,
    };
    node.sum();
    (tree, rest.map(|node| SumTree(Arc::new(node))))
}

/// See [`SumTree::iter_from`].
pub(crate) struct Iter<'a, T: Item> {
    stack: Vec<std::slice::Iter<'a, Child<T>>>,
    leaf: std::slice::Iter<'a, T>,
}

impl<'a, T: Item> Iter<'a, T> {
    fn descend(&mut self, mut tree: &'a SumTree<T>, mut skip: usize) {
        loop {
            match &tree.0.kind {
                Kind::Leaf(Leaf { items, .. }) => {
                    self.leaf = items[skip.min(items.len())..].iter();
                    return;
                }
                Kind::Branch(children) => {
                    let mut at = 0;
                    while at + 1 < children.len() && skip >= children[at].count {
                        skip -= children[at].count;
                        at += 1;
                    }
                    self.stack.push(children[at + 1..].iter());
                    tree = &children[at].tree;
                }
            }
        }
    }
}

impl<'a, T: Item> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        loop {
            if let Some(item) = self.leaf.next() {
                return Some(item);
            }
            let tree = loop {
                match self.stack.last_mut()?.next() {
                    Some(child) => break &child.tree,
                    None => {
                        self.stack.pop();
                    }
                }
            };
            self.descend(tree, 0);
        }
    }
}

#[cfg(test)]
mod tests;
