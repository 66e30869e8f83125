//! Keeping the indexes of containers and the loads of servers in step.

use super::Container;
use crate::state::State;
use std::sync::Arc;

impl State {
    /// Adds a container to every index.
    pub(crate) fn index_container(&mut self, container: Container) {
        let instance = container.instance();
        let (owner, name) = (container.owner, Arc::clone(&container.name));
        self.container_names.insert((owner, name), instance);
        self.container_ids.insert((owner, container.id));
        let age = (owner, container.created_at, container.lifecycle.age);
        self.container_ages.insert(age, instance);
        self.load_mut(container.node).add(&container);
        self.containers.insert(instance, Arc::new(container));
    }

    /// Removes a container from every index.
    pub(crate) fn unindex_container(&mut self, container: &Container) {
        let instance = container.instance();
        let (owner, name) = (container.owner, Arc::clone(&container.name));
        self.container_names.remove(&(owner, name));
        self.container_ids.remove(&(owner, container.id));
        let age = (owner, container.created_at, container.lifecycle.age);
        self.container_ages.remove(&age);
        self.load_mut(container.node).remove(container);
        self.containers.remove(&instance);
    }
}
