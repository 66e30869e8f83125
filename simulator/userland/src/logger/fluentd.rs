//! Entries of fluentd's forward protocol: MessagePack `[tag, time, {…}]`, one after the other.

use super::record::Record;
use rmp::encode::{
    ByteBuf, RmpWrite, ValueWriteError, write_array_len, write_map_len, write_str, write_str_len,
    write_uint,
};
use runtime::console::Stream;

/// An entry: the tag, whole seconds, and a map of `members`, the stream and the line.
pub(super) fn entry(tag: &str, members: &[(&'static str, String)], record: &Record<'_>) -> Vec<u8> {
    let mut bytes = ByteBuf::new();
    write(&mut bytes, tag, members, record).expect("a vector takes all that is written to it");
    bytes.into_vec()
}

fn write(
    out: &mut ByteBuf,
    tag: &str,
    members: &[(&'static str, String)],
    record: &Record<'_>,
) -> Result<(), ValueWriteError<<ByteBuf as RmpWrite>::Error>> {
    write_array_len(out, 3)?;
    write_str(out, tag)?;
    write_uint(out, record.at.as_secs())?;
    write_map_len(out, length(members.len() + 2))?;
    for (name, value) in members {
        write_str(out, name)?;
        write_str(out, value)?;
    }
    write_str(out, "source")?;
    write_str(
        out,
        match record.stream {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        },
    )?;
    write_str(out, "log")?;
    // A line is what the container wrote, be it text or not.
    write_str_len(out, length(record.line.len()))?;
    out.as_mut_vec().extend_from_slice(record.line);
    Ok(())
}

/// Lines and members are short.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Timestamp;

    #[test]
    fn an_entry_is_an_array_of_tag_time_and_map() {
        let record = Record::new(Stream::Stdout, Timestamp::from_secs(5), b"hi\xff\n");
        let members = [("container_id", "ab".to_owned())];
        let entry = entry("t", &members, &record);
        let expected: &[u8] =
            b"\x93\xa1t\x05\x83\xaccontainer_id\xa2ab\xa6source\xa6stdout\xa3log\xa3hi\xff";
        assert_eq!(entry, expected);
    }
}
