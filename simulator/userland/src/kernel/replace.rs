//! What changes in a process when it becomes another program, and its first descriptors.

use super::container::{Kernel, Stdio};
use super::descriptor::{ConsoleInput, Object, OpenFile};
use super::dev::Device;
use super::mount::Files;
use super::process::Arguments;
use super::state::State;
use super::{Errno, ExecImage, Pid};
use bytes::Bytes;
use runtime::console::{Console, Stream};
use std::sync::Arc;

impl Kernel {
    /// The process is `image` from now on; gives its arguments.
    pub(super) fn replace_program(&self, pid: Pid, image: ExecImage) -> Arc<[Bytes]> {
        let argv: Arc<[Bytes]> = image.argv.into();
        let mut state = self.lock();
        let mut fs = self.lock_fs();
        state.close_on_exec(pid, &mut fs);
        if let Some(process) = state.process_mut(pid) {
            process.arguments = Arc::new(Arguments {
                argv: argv.clone(),
                environ: image.env,
                charge: image.charge,
            });
            process.comm = image.comm;
            process.exe = image.path;
            process.signals.reset_for_exec();
        }
        argv
    }
}

impl State {
    /// Opens descriptors 0 to 2; gives the number of the terminal made for them. It cannot fail for a process that
    /// has no descriptors yet.
    pub(super) fn open_stdio(
        &mut self,
        pid: Pid,
        stdio: Stdio,
        fs: &mut Files<'_>,
    ) -> Result<Option<u32>, Errno> {
        match stdio {
            Stdio::Streams { console, stdin } => {
                self.open_streams(pid, &console, stdin, fs)?;
                Ok(None)
            }
            Stdio::Nothing => {
                let null = OpenFile::new(Object::Device(Device::Null), true, true);
                let null = self.insert_file(null, fs);
                for fd in 0..3 {
                    self.install(pid, null, fd, false)?;
                }
                Ok(None)
            }
            Stdio::Terminal(console) => {
                let number = self.add_console(console, pid);
                self.open_terminal(pid, number, fs)?;
                Ok(Some(number))
            }
        }
    }

    /// Opens descriptors 0 to 2 on the streams of a console.
    fn open_streams(
        &mut self,
        pid: Pid,
        console: &Console,
        stdin: bool,
        fs: &mut Files<'_>,
    ) -> Result<(), Errno> {
        let input = if stdin {
            Object::Input(ConsoleInput {
                console: console.clone(),
                buffer: Bytes::new(),
                ended: false,
            })
        } else {
            Object::Device(Device::Null)
        };
        let input = self.insert_file(OpenFile::new(input, true, false), fs);
        self.install(pid, input, 0, false)?;
        for stream in [Stream::Stdout, Stream::Stderr] {
            let console = console.clone();
            let output = OpenFile::new(Object::Output { console, stream }, false, true);
            let output = self.insert_file(output, fs);
            self.install(pid, output, 0, false)?;
        }
        Ok(())
    }

    /// Opens descriptors 0 to 2 on a terminal.
    fn open_terminal(&mut self, pid: Pid, number: u32, fs: &mut Files<'_>) -> Result<(), Errno> {
        let file = OpenFile::new(Object::Tty(number), true, true);
        let id = self.insert_file(file, fs);
        for fd in 0..3 {
            self.install(pid, id, fd, false)?;
        }
        Ok(())
    }
}
