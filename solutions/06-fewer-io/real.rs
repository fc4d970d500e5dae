use std::{
    cell::Cell,
    fs::{self, File},
    io::{self, IoSlice, Read, Write},
    rc::Rc,
    time::{Duration, Instant},
};

use super::answer::{BufferedWriter, LineReader};

/// Bytes that go to the system in one piece.
const CAPACITY: usize = 8192;

/// How many lines a program writes.
const LINES: u32 = 20_000;

/// A file or a pipe, of which each call is one call of the system.
struct Counted<T> {
    inner: T,
    calls: Rc<Cell<usize>>,
}

impl<T> Counted<T> {
    fn new(inner: T) -> (Self, Rc<Cell<usize>>) {
        let calls = Rc::new(Cell::new(0));
        let counted = Self {
            inner,
            calls: Rc::clone(&calls),
        };
        (counted, calls)
    }

    fn count(&self) {
        self.calls.set(self.calls.get() + 1);
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.count();
        self.inner.write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.count();
        self.inner.write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.count();
        self.inner.read(buffer)
    }
}

fn line(number: u32) -> String {
    format!("line {number} of a log\n")
}

/// Writes the lines into a file, with a buffer or without; the calls that took, and the time.
fn write_lines(path: &std::path::Path, capacity: Option<usize>) -> io::Result<(usize, Duration)> {
    let (mut file, calls) = Counted::new(File::create(path)?);
    let begun = Instant::now();
    match capacity {
        None => (0..LINES).try_for_each(|number| file.write_all(line(number).as_bytes()))?,
        Some(capacity) => {
            let mut writer = BufferedWriter::new(capacity, file);
            (0..LINES).try_for_each(|number| writer.write(line(number).as_bytes()))?;
            writer.close()?;
        }
    }
    Ok((calls.get(), begun.elapsed()))
}

/// A log in a real file: the same bytes with few calls, written and read.
fn a_file() -> io::Result<()> {
    let path = std::env::temp_dir().join(format!("fewer-io-{}", std::process::id()));
    let plain = write_lines(&path, None)?;
    let expected = fs::read(&path)?;
    let buffered = write_lines(&path, Some(CAPACITY))?;
    assert_eq!(fs::read(&path)?, expected, "the bytes are the same");
    assert_eq!(plain.0, LINES as usize);
    assert_eq!(buffered.0, expected.len().div_ceil(CAPACITY));
    let (file, calls) = Counted::new(File::open(&path)?);
    let begun = Instant::now();
    let mut reader = LineReader::new(CAPACITY, file);
    for number in 0..LINES {
        let found = reader.next_line()?.expect("there is a line");
        assert_eq!(found, line(number).trim_end().as_bytes());
    }
    assert_eq!(reader.next_line()?, None);
    assert_eq!(calls.get(), expected.len().div_ceil(CAPACITY) + 1);
    fs::remove_file(&path)?;
    println!(
        "{LINES} lines: {} calls in {:?}; with a buffer {} calls in {:?}; read by {} calls in {:?}",
        plain.0,
        plain.1,
        buffered.0,
        buffered.1,
        calls.get(),
        begun.elapsed()
    );
    Ok(())
}

/// The example of the README.
fn an_example() -> io::Result<()> {
    let (sink, calls) = Counted::new(Vec::new());
    let mut writer = BufferedWriter::new(4, sink);
    for (bytes, made) in [("ab", 0), ("cde", 1), ("f", 1)] {
        writer.write(bytes.as_bytes())?;
        assert_eq!(calls.get(), made, "after {bytes}");
    }
    writer.flush()?;
    assert_eq!(calls.get(), 2);
    assert_eq!(writer.close()?.inner, b"abcdef");
    Ok(())
}

/// Lines from a forked child, with a buffer that is dropped and not closed.
fn a_pipe() -> io::Result<()> {
    let (source, sink) = io::pipe()?;
    let mut ends = Some((source, sink));
    let mut child = os::fork(|| {
        let Some((source, sink)) = ends.take() else {
            return 1;
        };
        drop(source);
        let mut writer = BufferedWriter::new(16, sink);
        let all = (0..500).try_for_each(|number| writer.write(line(number).as_bytes()));
        drop(writer);
        i32::from(all.is_err())
    })?;
    let Some((source, sink)) = ends.take() else {
        return Ok(());
    };
    drop(sink);
    let mut reader = LineReader::new(64, source);
    for number in 0..500 {
        let found = reader.next_line()?.expect("there is a line");
        assert_eq!(found, line(number).trim_end().as_bytes());
    }
    assert_eq!(reader.next_line()?, None);
    assert_eq!(child.wait()?, os::Exit::Code(0));
    Ok(())
}

/// Uses the answer on the real system.
pub fn run() {
    an_example().expect("memory does not fail");
    a_file().expect("the file can be written");
    a_pipe().expect("the pipe holds");
}
