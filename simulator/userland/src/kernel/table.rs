//! Numbered things whose numbers are used again.

/// A table whose free numbers are reused, the last freed first.
#[derive(Debug)]
pub(super) struct Table<T> {
    rows: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            free: Vec::new(),
        }
    }
}

impl<T> Table<T> {
    pub(super) fn insert(&mut self, row: T) -> u32 {
        if let Some(id) = self.free.pop() {
            self.rows[id as usize] = Some(row);
            return id;
        }
        if self.rows.len() == self.rows.capacity() {
            // Most containers have one process with three open files.
            self.rows.reserve_exact(self.rows.len().max(3));
        }
        self.rows.push(Some(row));
        u32::try_from(self.rows.len() - 1).expect("limits keep tables far below 2^32 rows")
    }

    pub(super) fn get(&self, id: u32) -> Option<&T> {
        self.rows.get(id as usize)?.as_ref()
    }

    pub(super) fn get_mut(&mut self, id: u32) -> Option<&mut T> {
        self.rows.get_mut(id as usize)?.as_mut()
    }

    pub(super) fn remove(&mut self, id: u32) -> Option<T> {
        let row = self.rows.get_mut(id as usize)?.take()?;
        self.free.push(id);
        Some(row)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut().flatten()
    }
}
