//! Reading and writing by descriptors: `read(2)`, `write(2)`, `lseek(2)`, `pipe(2)`.

use crate::{
    descriptor::{Description, Fd, Object},
    errno::Errno,
    events::Events,
    flags::{MessageFlags, OpenFlags, Whence},
    kernel::{Call, Kernel, Reply, WaitFor},
    pipe::Pipe,
    process::Pid,
    signal::Signal,
    slots::Id,
};

impl Kernel {
    /// A pipe: a descriptor to read from it, and one to write to it. `pipe2(2)`
    ///
    /// # Errors
    ///
    /// `EMFILE`.
    pub fn pipe(&mut self, pid: Pid, flags: OpenFlags) -> Result<[Fd; 2], Errno> {
        let blocking = if flags.has(OpenFlags::NONBLOCK) {
            OpenFlags::NONBLOCK
        } else {
            OpenFlags::EMPTY
        };
        let reads = self.free(pid)?;
        let writes = self.free_from(pid, reads + 1)?;
        let pipe = self.pipes.add(Pipe::new(self.limits.pipe_pages));
        self.pipes.share(pipe);
        let end = Description::new(Object::ReadEnd(pipe), OpenFlags::READ | blocking);
        self.open_as(pid, reads, end);
        let end = Description::new(Object::WriteEnd(pipe), OpenFlags::WRITE | blocking);
        self.open_as(pid, writes, end);
        Ok([reads, writes])
    }

    /// Whether a process can read from the pipe of this [number](crate::Part::ReadEnds).
    pub fn has_readers(&self, pipe: usize) -> bool {
        let mut pipes = self.pipes.all();
        pipes.any(|(id, state)| id.number() == pipe && state.readers > 0)
    }

    /// How many bytes are in the pipe of this [number](crate::Part::Writes); none if it is gone.
    pub fn bytes_in_pipe(&self, pipe: usize) -> usize {
        let mut pipes = self.pipes.all();
        let found = pipes.find(|(id, _)| id.number() == pipe);
        found.map_or(0, |(_, state)| state.len())
    }

    /// Reads at most `count` bytes; none at the end of the file. `read(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EISDIR`, `EINVAL` for what has no bytes, `EAGAIN` instead of waiting, and for a socket
    /// those of [`recv`](Self::recv).
    pub fn read(&mut self, pid: Pid, fd: Fd, count: usize) -> Call<Vec<u8>> {
        let id = self.description_for(pid, fd, OpenFlags::READ)?;
        self.read_description(id, count)
    }

    /// The same for a description.
    pub(crate) fn read_description(&mut self, id: Id<Description>, count: usize) -> Call<Vec<u8>> {
        let description = self.descriptions.get_mut(id);
        match description.object {
            Object::Terminal | Object::Null => Ok(Reply::Done(Vec::new())),
            Object::Directory(_) => Err(Errno::EISDIR),
            Object::File(file) => {
                let bytes = self.files.get(file).read(description.cursor, count);
                description.cursor += bytes.len() as u64;
                Ok(Reply::Done(bytes.to_vec()))
            }
            Object::ReadEnd(pipe) => {
                let state = self.pipes.get_mut(pipe);
                let was_full = state.is_full();
                let bytes = state.read(count);
                if bytes.is_empty() && count > 0 && state.writers > 0 {
                    return self.waits(id, WaitFor::PipeData(pipe.number()));
                }
                if was_full && !state.is_full() {
                    self.wake(Object::WriteEnd(pipe), Events::OUT);
                }
                Ok(Reply::Done(bytes))
            }
            // A read of nothing is no call to the connection.
            Object::Socket(_) if count == 0 => Ok(Reply::Done(Vec::new())),
            Object::Socket(_) => self.recv_description(id, count, MessageFlags::EMPTY),
            Object::WriteEnd(_) => Err(Errno::EBADF),
            // The bytes of a segment lie outside of the kernel.
            Object::Segment(_) | Object::Epoll(_) | Object::Ring(_) => Err(Errno::EINVAL),
        }
    }

    /// Writes bytes, and says how many. With `EPIPE` comes `SIGPIPE`. `write(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EFBIG`, `EPIPE`, `EINVAL` for what has no bytes, `EAGAIN` instead of waiting, and for
    /// a socket those of [`send`](Self::send).
    pub fn write(&mut self, pid: Pid, fd: Fd, bytes: &[u8]) -> Call<usize> {
        let id = self.description_for(pid, fd, OpenFlags::WRITE)?;
        self.write_description(pid, id, bytes)
    }

    /// The same for a description.
    pub(crate) fn write_description(
        &mut self,
        pid: Pid,
        id: Id<Description>,
        bytes: &[u8],
    ) -> Call<usize> {
        let description = self.descriptions.get_mut(id);
        match description.object {
            Object::Terminal => self.printed.extend_from_slice(bytes),
            Object::Null => {}
            Object::File(file) => {
                let file = self.files.get_mut(file);
                let at = if description.flags.has(OpenFlags::APPEND) {
                    file.size()
                } else {
                    description.cursor
                };
                file.write(at, bytes)?;
                if !bytes.is_empty() {
                    description.cursor = at + bytes.len() as u64;
                }
            }
            Object::WriteEnd(pipe) => return self.write_to_pipe(pid, id, pipe, bytes),
            Object::Socket(_) => return self.send_description(pid, id, bytes, MessageFlags::EMPTY),
            Object::Directory(_) | Object::ReadEnd(_) => return Err(Errno::EBADF),
            Object::Segment(_) | Object::Epoll(_) | Object::Ring(_) => return Err(Errno::EINVAL),
        }
        Ok(Reply::Done(bytes.len()))
    }

    fn write_to_pipe(
        &mut self,
        pid: Pid,
        id: Id<Description>,
        pipe: Id<Pipe>,
        bytes: &[u8],
    ) -> Call<usize> {
        let done = self.pipes.get_mut(pipe).write(bytes);
        if done == Err(Errno::EPIPE) {
            self.raise(pid, Signal::PIPE);
        }
        let done = done?;
        if !bytes.is_empty() {
            // Also if there was no room: Linux tells a reader that waits for edges of each attempt.
            self.wake(Object::ReadEnd(pipe), Events::IN);
        }
        let rest = WaitFor::PipeRoom(pipe.number());
        match done {
            _ if done == bytes.len() => Ok(Reply::Done(done)),
            0 => self.waits(id, rest),
            _ if !self.may_wait(id) => Ok(Reply::Done(done)),
            _ => Ok(Reply::Partly { done, rest }),
        }
    }

    /// Reads from a place of a file, and leaves the cursor where it is. `pread(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ESPIPE`, `EISDIR`.
    pub fn pread(&self, pid: Pid, fd: Fd, count: usize, at: u64) -> Result<Vec<u8>, Errno> {
        let id = self.description(pid, fd)?;
        let description = self.descriptions.get(id);
        match description.object {
            Object::Terminal
            | Object::ReadEnd(_)
            | Object::WriteEnd(_)
            | Object::Socket(_)
            | Object::Epoll(_)
            | Object::Ring(_) => Err(Errno::ESPIPE),
            _ if !description.flags.has(OpenFlags::READ) => Err(Errno::EBADF),
            Object::Directory(_) => Err(Errno::EISDIR),
            Object::Segment(_) => Err(Errno::EINVAL),
            Object::Null => Ok(Vec::new()),
            Object::File(file) => Ok(self.files.get(file).read(at, count).to_vec()),
        }
    }

    /// Writes to a place of a file, and leaves the cursor where it is. A description that appends
    /// does so here too, as Linux does it. `pwrite(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ESPIPE`, `EFBIG`.
    pub fn pwrite(&mut self, pid: Pid, fd: Fd, bytes: &[u8], at: u64) -> Result<usize, Errno> {
        let id = self.description(pid, fd)?;
        let description = self.descriptions.get(id);
        match description.object {
            Object::Terminal
            | Object::ReadEnd(_)
            | Object::WriteEnd(_)
            | Object::Socket(_)
            | Object::Epoll(_)
            | Object::Ring(_) => Err(Errno::ESPIPE),
            _ if !description.flags.has(OpenFlags::WRITE) => Err(Errno::EBADF),
            Object::Directory(_) => Err(Errno::EBADF),
            Object::Segment(_) => Err(Errno::EINVAL),
            Object::Null => Ok(bytes.len()),
            Object::File(file) => {
                let appends = description.flags.has(OpenFlags::APPEND);
                let file = self.files.get_mut(file);
                let at = if appends { file.size() } else { at };
                file.write(at, bytes)?;
                Ok(bytes.len())
            }
        }
    }

    /// Moves the cursor of a file, and says where it is. `lseek(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `ESPIPE`, `EINVAL` for a place before the beginning.
    pub fn seek(&mut self, pid: Pid, fd: Fd, offset: i64, whence: Whence) -> Result<u64, Errno> {
        let id = self.description(pid, fd)?;
        let description = self.descriptions.get_mut(id);
        let size = match description.object {
            Object::Terminal
            | Object::ReadEnd(_)
            | Object::WriteEnd(_)
            | Object::Socket(_)
            | Object::Ring(_) => return Err(Errno::ESPIPE),
            // Nothing is done, and that is no error.
            Object::Epoll(_) | Object::Null => return Ok(0),
            Object::File(file) => self.files.get(file).size(),
            Object::Segment(segment) => self.segments.get(segment).size,
            Object::Directory(_) => 0,
        };
        let from = match whence {
            Whence::Start => 0,
            Whence::Current => description.cursor,
            Whence::End => size,
        };
        let place = from.checked_add_signed(offset).ok_or(Errno::EINVAL)?;
        description.cursor = place;
        Ok(place)
    }

    /// Cuts a file or a segment, or fills it up with zeros. `ftruncate(2)`
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL` if it is no file that is open for writing, `EFBIG`.
    pub fn truncate(&mut self, pid: Pid, fd: Fd, size: u64) -> Result<(), Errno> {
        let id = self.description(pid, fd)?;
        let description = self.descriptions.get(id);
        match description.object {
            Object::File(file) if description.flags.has(OpenFlags::WRITE) => {
                self.files.get_mut(file).resize(size)
            }
            Object::Segment(segment) if description.flags.has(OpenFlags::WRITE) => {
                self.segments.get_mut(segment).resize(size);
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        }
    }

    /// The description behind a descriptor that must be open for this.
    pub(crate) fn description_for(
        &self,
        pid: Pid,
        fd: Fd,
        flags: OpenFlags,
    ) -> Result<Id<Description>, Errno> {
        let id = self.description(pid, fd)?;
        let is_open_for_this = self.descriptions.get(id).flags.has(flags);
        is_open_for_this.then_some(id).ok_or(Errno::EBADF)
    }

    /// Whether calls with a description may wait.
    pub(crate) fn may_wait(&self, id: Id<Description>) -> bool {
        !self.descriptions.get(id).flags.has(OpenFlags::NONBLOCK)
    }

    /// That a call has to wait, if it may.
    pub(crate) fn waits<T>(&self, id: Id<Description>, for_: WaitFor) -> Call<T> {
        if self.may_wait(id) {
            return Ok(Reply::Waits(for_));
        }
        Err(Errno::EAGAIN)
    }
}
