//! The jobs of a shell: pipelines with what is known of their processes.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;

use crate::kernel::{Charge, Pid, Signal, WaitStatus};

#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) pid: Pid,
    /// `None` while it runs.
    pub(crate) status: Option<WaitStatus>,
}

/// One pipeline's processes.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) number: usize,
    pub(crate) processes: Vec<Process>,
    pub(crate) pgid: Option<Pid>,
    /// What `jobs` shows; empty without job control.
    pub(crate) text: Bytes,
    /// Its state has changed since it was last shown.
    pub(crate) changed: bool,
    /// `wait` has told its status; its number may be used again.
    pub(crate) waited: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Stopped(Signal),
    Done(WaitStatus),
}

impl Job {
    pub(crate) fn state(&self) -> JobState {
        let mut stopped = None;
        for process in &self.processes {
            match process.status {
                None => return JobState::Running,
                Some(WaitStatus::Stopped(signal)) => stopped = Some(signal),
                Some(_) => {}
            }
        }
        match (stopped, self.processes.last().and_then(|last| last.status)) {
            (Some(signal), _) => JobState::Stopped(signal),
            (None, Some(status)) => JobState::Done(status),
            (None, None) => JobState::Done(WaitStatus::Exited(0)),
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        matches!(self.state(), JobState::Done(_))
    }

    pub(crate) fn is_running(&self) -> bool {
        self.state() == JobState::Running
    }

    pub(crate) fn is_stopped(&self) -> bool {
        matches!(self.state(), JobState::Stopped(_))
    }

    /// The status of the last process; with `pipefail` of the last that failed.
    pub(crate) fn status(&self, pipefail: bool) -> u8 {
        let mut statuses = self
            .processes
            .iter()
            .rev()
            .map(|process| process.status.map_or(0, status_code));
        if pipefail {
            statuses.find(|status| *status != 0).unwrap_or(0)
        } else {
            statuses.next().unwrap_or(0)
        }
    }
}

/// `$?` for a child's end: 128 and the signal's number when one ended it.
pub(crate) fn status_code(status: WaitStatus) -> u8 {
    match status {
        WaitStatus::Exited(status) => status,
        WaitStatus::Signaled(signal) | WaitStatus::Stopped(signal) => {
            128 + signal.linux_number().unwrap_or(0)
        }
    }
}

/// The jobs of a shell. Finding a job by its number or by a process that runs costs little however many there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Jobs {
    /// By number, from 1.
    slots: Vec<Option<Job>>,
    /// Every number below this one is in use.
    lowest_free: usize,
    /// Numbers, the current job last.
    order: Vec<usize>,
    /// Jobs by their processes that have not ended.
    running: BTreeMap<Pid, usize>,
    /// Jobs that may give their numbers away.
    waited: BTreeSet<usize>,
    /// For jobs and their processes.
    charge: Charge,
}

/// What a job costs beside its processes, and what one of those does.
const JOB_BYTES: usize = 256;
const PROCESS_BYTES: usize = 128;

impl Jobs {
    /// A new job, the current one, with the lowest number that is free or that a job which was waited for no longer
    /// needs.
    pub(crate) fn open(&mut self, keeps_waited: bool) -> usize {
        if !keeps_waited {
            self.make_room();
        }
        let mut index = self.lowest_free;
        while self.slots.get(index).is_some_and(Option::is_some) {
            index += 1;
        }
        self.lowest_free = index + 1;
        self.charge.add(JOB_BYTES);
        let number = index + 1;
        let job = Job {
            number,
            processes: Vec::new(),
            pgid: None,
            text: Bytes::new(),
            changed: false,
            waited: false,
        };
        if index == self.slots.len() {
            self.slots.push(Some(job));
        } else {
            self.slots[index] = Some(job);
        }
        self.order.push(number);
        number
    }

    /// Closes the job of the lowest number that was waited for, when no lower number is free: what any new job does
    /// first.
    pub(crate) fn make_room(&mut self) {
        while let Some(number) = self.waited.first().copied() {
            if self
                .find(number)
                .is_some_and(|job| job.waited && job.is_done())
            {
                let mut free = self.lowest_free..self.slots.len();
                if free
                    .find(|index| self.slots[*index].is_none())
                    .is_none_or(|index| number <= index)
                {
                    self.close(number);
                }
                return;
            }
            self.waited.remove(&number);
        }
    }

    pub(crate) fn find(&self, number: usize) -> Option<&Job> {
        self.slots.get(number.checked_sub(1)?)?.as_ref()
    }

    pub(crate) fn find_mut(&mut self, number: usize) -> Option<&mut Job> {
        self.slots.get_mut(number.checked_sub(1)?)?.as_mut()
    }

    pub(crate) fn close(&mut self, number: usize) {
        let Some(job) = number
            .checked_sub(1)
            .and_then(|index| self.slots.get_mut(index)?.take())
        else {
            return;
        };
        for process in &job.processes {
            self.running.remove(&process.pid);
        }
        let processes = job.processes.len() * PROCESS_BYTES;
        self.charge.give_back(JOB_BYTES + processes);
        self.waited.remove(&number);
        self.lowest_free = self.lowest_free.min(number - 1);
        while matches!(self.slots.last(), Some(None)) {
            self.slots.pop();
        }
        self.remove_from_order(number);
    }

    fn remove_from_order(&mut self, number: usize) {
        // Jobs in the foreground are at the end.
        if let Some(at) = self.order.iter().rposition(|other| *other == number) {
            self.order.remove(at);
        }
    }

    /// A process has joined a job.
    pub(crate) fn add_process(&mut self, number: usize, pid: Pid) {
        if let Some(job) = self.find_mut(number) {
            job.processes.push(Process { pid, status: None });
            self.running.insert(pid, number);
            self.charge.add(PROCESS_BYTES);
        }
    }

    /// Numbers, the current job first.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.order.iter().rev().copied()
    }

    /// Jobs, the current one first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Job> {
        self.numbers().filter_map(|number| self.find(number))
    }

    /// The job `%%` means.
    pub(crate) fn current(&self) -> Option<usize> {
        self.order.last().copied()
    }

    /// The job `%-` means.
    pub(crate) fn previous(&self) -> Option<usize> {
        self.order.iter().rev().nth(1).copied()
    }

    /// Makes a job that stopped the current one; one that runs comes behind those that are stopped.
    pub(crate) fn touch(&mut self, number: usize, stopped: bool) {
        self.remove_from_order(number);
        let mut at = self.order.len();
        while !stopped && at > 0 && self.find(self.order[at - 1]).is_some_and(Job::is_stopped) {
            at -= 1;
        }
        self.order.insert(at, number);
    }

    /// The job whose last process this is.
    pub(crate) fn of_last_process(&self, pid: Pid) -> Option<usize> {
        let is_last = |job: &Job| job.processes.last().is_some_and(|last| last.pid == pid);
        if let Some(number) = self.running.get(&pid) {
            return self
                .find(*number)
                .filter(|job| is_last(job))
                .map(|job| job.number);
        }
        self.iter().find(|job| is_last(job)).map(|job| job.number)
    }

    /// Marks a job that `wait` is done with.
    pub(crate) fn mark_waited(&mut self, number: usize) {
        if let Some(job) = self.find_mut(number)
            && !job.waited
        {
            job.waited = true;
            self.waited.insert(number);
        }
    }

    /// Notes what a child did; its job.
    pub(crate) fn record(&mut self, pid: Pid, status: WaitStatus) -> Option<usize> {
        let number = *self.running.get(&pid)?;
        if !matches!(status, WaitStatus::Stopped(_)) {
            self.running.remove(&pid);
        }
        let job = self.find_mut(number)?;
        if let Some(process) = job.processes.iter_mut().find(|process| process.pid == pid) {
            process.status = Some(status);
        }
        if !job.is_running() {
            job.changed = true;
        }
        if job.is_stopped() {
            self.touch(number, true);
        }
        Some(number)
    }

    /// Stopped processes of a job run again.
    pub(crate) fn resume(&mut self, number: usize) {
        if let Some(job) = self.find_mut(number) {
            for process in &mut job.processes {
                if matches!(process.status, Some(WaitStatus::Stopped(_))) {
                    process.status = None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(jobs: &mut Jobs, pid: Pid) -> usize {
        let number = jobs.open(false);
        jobs.add_process(number, pid);
        number
    }

    #[test]
    fn numbers_are_the_lowest_that_are_free() {
        let mut jobs = Jobs::default();
        assert_eq!(
            [
                open(&mut jobs, 10),
                open(&mut jobs, 11),
                open(&mut jobs, 12)
            ],
            [1, 2, 3]
        );
        jobs.close(2);
        assert_eq!(open(&mut jobs, 13), 2);
        assert_eq!(jobs.numbers().collect::<Vec<_>>(), [2, 3, 1]);
        assert_eq!((jobs.current(), jobs.previous()), (Some(2), Some(3)));
    }

    #[test]
    fn a_job_that_was_waited_for_gives_its_number_away() {
        let mut jobs = Jobs::default();
        open(&mut jobs, 10);
        open(&mut jobs, 11);
        assert_eq!(jobs.record(10, WaitStatus::Exited(3)), Some(1));
        assert_eq!(open(&mut jobs, 12), 3);
        assert_eq!(jobs.of_last_process(10), Some(1));
        jobs.mark_waited(1);
        assert_eq!(jobs.of_last_process(10), Some(1));
        assert_eq!(open(&mut jobs, 13), 1);
        assert_eq!(jobs.of_last_process(10), None);
        assert_eq!(jobs.record(10, WaitStatus::Exited(0)), None);
    }
}
