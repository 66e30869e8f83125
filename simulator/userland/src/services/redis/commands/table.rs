//! Which commands there are.

use super::{
    Call, connection, hashes, keys, lists, pubsub, server, sets, sorted_sets, strings, transactions,
};
use crate::kernel::BoxFuture;
use crate::services::redis::fail::Fail;

/// What runs a command at once.
type Now = fn(&mut Call<'_>) -> Result<(), Fail>;
/// What runs a command that may go through many keys or elements.
type InSteps = for<'a> fn(&'a mut Call<'_>) -> BoxFuture<'a, Result<(), Fail>>;

/// What runs a command.
#[derive(Clone, Copy)]
pub(super) enum Run {
    Now(Now),
    InSteps(InSteps),
}

/// A command: its name, how many words it has (less than zero: at least), what it does, who runs it.
pub(super) struct Row {
    pub(super) name: &'static str,
    arity: i32,
    pub(super) flags: u8,
    pub(super) run: Run,
}

/// It changes keys.
pub(super) const WRITES: u8 = 1;
/// It may need memory.
pub(super) const GROWS: u8 = 2;
/// It may be used before `AUTH`.
pub(super) const OPEN: u8 = 4;
/// It may be used by subscribers.
pub(super) const SUBSCRIBER: u8 = 8;
/// `MULTI` does not queue it.
pub(super) const AT_ONCE: u8 = 16;

const fn row(name: &'static str, arity: i32, flags: u8, run: Now) -> Row {
    Row {
        name,
        arity,
        flags,
        run: Run::Now(run),
    }
}

const fn long(name: &'static str, arity: i32, flags: u8, run: InSteps) -> Row {
    Row {
        name,
        arity,
        flags,
        run: Run::InSteps(run),
    }
}

const W: u8 = WRITES;
const G: u8 = WRITES | GROWS;

pub(super) const TABLE: &[Row] = &[
    row("append", 3, G, strings::append),
    row("auth", 2, OPEN, connection::auth),
    long("bgsave", -1, 0, |call| Box::pin(server::bgsave(call))),
    row("blpop", -3, W, lists::blpop),
    row("brpop", -3, W, lists::brpop),
    row("brpoplpush", 4, G, lists::brpoplpush),
    row("client", -2, 0, connection::client),
    row("command", -1, 0, server::command),
    row("config", -2, 0, server::config),
    row("dbsize", 1, 0, keys::dbsize),
    row("debug", -2, 0, server::debug),
    row("decr", 2, G, strings::decr),
    row("decrby", 3, G, strings::decrby),
    long("del", -2, W, |call| Box::pin(keys::del(call))),
    row("discard", 1, AT_ONCE, transactions::discard),
    row("echo", 2, 0, connection::echo),
    long("exec", 1, AT_ONCE, |call| {
        Box::pin(transactions::exec(call))
    }),
    row("exists", -2, 0, keys::exists),
    row("expire", 3, W, keys::expire),
    row("expireat", 3, W, keys::expireat),
    long("flushall", -1, W, |call| Box::pin(keys::flushall(call))),
    long("flushdb", -1, W, |call| Box::pin(keys::flushdb(call))),
    row("get", 2, 0, strings::get),
    row("getbit", 3, 0, strings::getbit),
    row("getrange", 4, 0, strings::getrange),
    row("getset", 3, G, strings::getset),
    row("hdel", -3, W, hashes::hdel),
    row("hexists", 3, 0, hashes::hexists),
    row("hget", 3, 0, hashes::hget),
    long("hgetall", 2, 0, |call| Box::pin(hashes::hgetall(call))),
    row("hincrby", 4, G, hashes::hincrby),
    row("hincrbyfloat", 4, G, hashes::hincrbyfloat),
    long("hkeys", 2, 0, |call| Box::pin(hashes::hkeys(call))),
    row("hlen", 2, 0, hashes::hlen),
    row("hmget", -3, 0, hashes::hmget),
    row("hmset", -4, G, hashes::hmset),
    long("hscan", -3, 0, |call| Box::pin(hashes::hscan(call))),
    row("hset", -4, G, hashes::hset),
    row("hsetnx", 4, G, hashes::hsetnx),
    row("hstrlen", 3, 0, hashes::hstrlen),
    long("hvals", 2, 0, |call| Box::pin(hashes::hvals(call))),
    row("incr", 2, G, strings::incr),
    row("incrby", 3, G, strings::incrby),
    row("incrbyfloat", 3, G, strings::incrbyfloat),
    row("info", -1, 0, server::info),
    long("keys", 2, 0, |call| Box::pin(keys::keys(call))),
    row("lastsave", 1, 0, server::lastsave),
    row("lindex", 3, 0, lists::lindex),
    long("linsert", 5, G, |call| Box::pin(lists::linsert(call))),
    row("llen", 2, 0, lists::llen),
    row("lpop", 2, W, lists::lpop),
    row("lpush", -3, G, lists::lpush),
    row("lpushx", -3, G, lists::lpushx),
    long("lrange", 4, 0, |call| Box::pin(lists::lrange(call))),
    long("lrem", 4, W, |call| Box::pin(lists::lrem(call))),
    row("lset", 4, G, lists::lset),
    long("ltrim", 4, W, |call| Box::pin(lists::ltrim(call))),
    long("mget", -2, 0, |call| Box::pin(strings::mget(call))),
    row("move", 3, W, keys::move_key),
    row("mset", -3, G, strings::mset),
    row("msetnx", -3, G, strings::msetnx),
    row("multi", 1, AT_ONCE, transactions::multi),
    row("object", -2, 0, keys::object),
    row("persist", 2, W, keys::persist),
    row("pexpire", 3, W, keys::pexpire),
    row("pexpireat", 3, W, keys::pexpireat),
    row("ping", -1, SUBSCRIBER, connection::ping),
    row("psetex", 4, G, strings::psetex),
    row("psubscribe", -2, SUBSCRIBER | AT_ONCE, pubsub::psubscribe),
    row("pttl", 2, 0, keys::pttl),
    row("publish", 3, 0, pubsub::publish),
    row("pubsub", -2, 0, pubsub::pubsub),
    row(
        "punsubscribe",
        -1,
        SUBSCRIBER | AT_ONCE,
        pubsub::punsubscribe,
    ),
    row("quit", 1, SUBSCRIBER | AT_ONCE | OPEN, connection::quit),
    long("randomkey", 1, 0, |call| Box::pin(keys::randomkey(call))),
    row("rename", 3, W, keys::rename),
    row("renamenx", 3, W, keys::renamenx),
    row("role", 1, 0, server::role),
    row("rpop", 2, W, lists::rpop),
    row("rpoplpush", 3, G, lists::rpoplpush),
    row("rpush", -3, G, lists::rpush),
    row("rpushx", -3, G, lists::rpushx),
    row("sadd", -3, G, sets::sadd),
    long("save", 1, AT_ONCE, |call| Box::pin(server::save(call))),
    long("scan", -2, 0, |call| Box::pin(keys::scan(call))),
    row("scard", 2, 0, sets::scard),
    long("sdiff", -2, 0, |call| Box::pin(sets::sdiff(call))),
    long("sdiffstore", -3, G, |call| Box::pin(sets::sdiffstore(call))),
    row("select", 2, 0, connection::select),
    row("set", -3, G, strings::set),
    row("setbit", 4, G, strings::setbit),
    row("setex", 4, G, strings::setex),
    row("setnx", 3, G, strings::setnx),
    row("setrange", 4, G, strings::setrange),
    row("shutdown", -1, AT_ONCE, server::shutdown),
    long("sinter", -2, 0, |call| Box::pin(sets::sinter(call))),
    long("sinterstore", -3, G, |call| {
        Box::pin(sets::sinterstore(call))
    }),
    row("sismember", 3, 0, sets::sismember),
    row("slowlog", -2, 0, server::slowlog),
    long("smembers", 2, 0, |call| Box::pin(sets::smembers(call))),
    row("smove", 4, W, sets::smove),
    long("spop", -2, W, |call| Box::pin(sets::spop(call))),
    long("srandmember", -2, 0, |call| {
        Box::pin(sets::srandmember(call))
    }),
    row("srem", -3, W, sets::srem),
    long("sscan", -3, 0, |call| Box::pin(sets::sscan(call))),
    row("strlen", 2, 0, strings::strlen),
    row("subscribe", -2, SUBSCRIBER | AT_ONCE, pubsub::subscribe),
    row("substr", 4, 0, strings::getrange),
    long("sunion", -2, 0, |call| Box::pin(sets::sunion(call))),
    long("sunionstore", -3, G, |call| {
        Box::pin(sets::sunionstore(call))
    }),
    row("time", 1, 0, server::time),
    row("ttl", 2, 0, keys::ttl),
    row("type", 2, 0, keys::kind),
    row("unsubscribe", -1, SUBSCRIBER | AT_ONCE, pubsub::unsubscribe),
    row("unwatch", 1, 0, transactions::unwatch),
    row("watch", -2, AT_ONCE, transactions::watch),
    row("zadd", -4, G, sorted_sets::zadd),
    row("zcard", 2, 0, sorted_sets::zcard),
    long("zcount", 4, 0, |call| Box::pin(sorted_sets::zcount(call))),
    row("zincrby", 4, G, sorted_sets::zincrby),
    long("zrange", -4, 0, |call| Box::pin(sorted_sets::zrange(call))),
    long("zrangebyscore", -4, 0, |call| {
        Box::pin(sorted_sets::zrangebyscore(call))
    }),
    long("zrank", 3, 0, |call| Box::pin(sorted_sets::zrank(call))),
    row("zrem", -3, W, sorted_sets::zrem),
    long("zremrangebyrank", 4, W, |call| {
        Box::pin(sorted_sets::zremrangebyrank(call))
    }),
    long("zremrangebyscore", 4, W, |call| {
        Box::pin(sorted_sets::zremrangebyscore(call))
    }),
    long("zrevrange", -4, 0, |call| {
        Box::pin(sorted_sets::zrevrange(call))
    }),
    long("zrevrangebyscore", -4, 0, |call| {
        Box::pin(sorted_sets::zrevrangebyscore(call))
    }),
    long("zrevrank", 3, 0, |call| {
        Box::pin(sorted_sets::zrevrank(call))
    }),
    row("zscore", 3, 0, sorted_sets::zscore),
];

impl Row {
    pub(super) fn arity(&self) -> i32 {
        self.arity
    }

    pub(super) fn takes(&self, words: usize) -> bool {
        let words = i32::try_from(words).unwrap_or(i32::MAX);
        match self.arity {
            least @ ..0 => words >= -least,
            exact => words == exact,
        }
    }
}

/// The command of a name, in any case.
pub(super) fn find(name: &[u8]) -> Option<&'static Row> {
    let name = name.to_ascii_lowercase();
    let at = TABLE.binary_search_by(|row| row.name.as_bytes().cmp(&name));
    at.ok().map(|at| &TABLE[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TABLE.is_sorted_by_key(|row| row.name));
        assert!(find(b"GET").is_some());
        assert!(find(b"nosuch").is_none());
    }
}
