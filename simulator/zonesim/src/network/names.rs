//! What resolvers answer: the names that the configuration lists, and that there are no others (network.md 10.8).

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, OPCODE, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use std::net::Ipv4Addr;

/// How long an answer may be kept, seconds.
const TTL_S: u32 = 30;

/// Answers a query from what names mean; `None` to what is none.
pub(super) fn answer(
    message: &[u8],
    addresses_of: impl Fn(&str) -> Option<Vec<Ipv4Addr>>,
) -> Option<Vec<u8>> {
    let query = Packet::parse(message).ok()?;
    if query.has_flags(PacketFlag::RESPONSE) {
        return None;
    }
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::RECURSION_AVAILABLE);
    if query.has_flags(PacketFlag::RECURSION_DESIRED) {
        reply.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    *reply.opcode_mut() = query.opcode();
    let question = match query.questions.as_slice() {
        [question] if query.opcode() == OPCODE::StandardQuery => question,
        _ => {
            *reply.rcode_mut() = match query.opcode() {
                OPCODE::StandardQuery => RCODE::FormatError,
                _ => RCODE::NotImplemented,
            };
            return reply.build_bytes_vec_compressed().ok();
        }
    };
    reply.questions.push(question.clone());
    match addresses_of(&question.qname.to_string()) {
        None => *reply.rcode_mut() = RCODE::NameError,
        Some(addresses) if asks_for_addresses(question.qtype) => {
            reply.answers.extend(addresses.into_iter().map(|address| {
                let data = RData::A(A::from(address));
                ResourceRecord::new(question.qname.clone(), CLASS::IN, TTL_S, data)
            }));
        }
        Some(_) => {}
    }
    reply.build_bytes_vec_compressed().ok()
}

fn asks_for_addresses(wanted: QTYPE) -> bool {
    matches!(wanted, QTYPE::ANY | QTYPE::TYPE(TYPE::A))
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::{Name, Question};

    fn known(name: &str) -> Option<Vec<Ipv4Addr>> {
        let known = name.eq_ignore_ascii_case("db.example");
        known.then(|| vec![[10, 0, 0, 7].into()])
    }

    fn ask(name: &str, wanted: TYPE) -> Packet<'static> {
        let mut query = Packet::new_query(77);
        let name = Name::new(name).expect("a name");
        let question = Question::new(name, wanted.into(), CLASS::IN.into(), false);
        query.questions.push(question);
        let bytes = query.build_bytes_vec().expect("it is small");
        let answer = answer(&bytes, known).expect("a query is answered");
        let answer: &'static [u8] = answer.leak();
        Packet::parse(answer).expect("an answer is a message")
    }

    #[test]
    fn configured_names_have_addresses_and_others_do_not_exist() {
        let known = ask("DB.example", TYPE::A);
        assert_eq!((known.id(), known.rcode()), (77, RCODE::NoError));
        assert!(
            matches!(&known.answers[0].rdata, RData::A(a) if Ipv4Addr::from(a.address) == Ipv4Addr::new(10, 0, 0, 7))
        );
        let other_type = ask("db.example", TYPE::AAAA);
        assert_eq!(other_type.rcode(), RCODE::NoError);
        assert!(other_type.answers.is_empty());
        assert_eq!(ask("nobody.example", TYPE::A).rcode(), RCODE::NameError);
    }

    #[test]
    fn what_is_no_query_gets_no_answer() {
        assert_eq!(answer(b"hello", known), None);
        let reply = Packet::new_reply(1).build_bytes_vec().expect("it is small");
        assert_eq!(answer(&reply, known), None);
    }
}
