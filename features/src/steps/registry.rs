//! Registries beside the zone.

use clients::faulty::{Fault, FaultyServer};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::pattern;
use crate::registry::{
    Access, Answer, Answers, Authority, DebianRegistry, FaultyImage, Registry, ServerFiles,
    SharedRegistry, TokenServer, evil_image, faulty_image, manifest_path, two_images,
};
use crate::world::ZoneWorld;
use crate::zone;

/// `me` with the password `secret`, by bcrypt.
const ME: &str = "me:$2y$05$9RBVc3FRYRCHMb6cYF1NX.3iY25VRU6g80yji2hokvcMsEyVVWxY.";

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Client(format!("no registry: {error}"))
}

/// It is called `{registry}` from here on.
fn keep(world: &mut ZoneWorld, name: String, registry: Registry) {
    world.saved.insert("registry".to_owned(), name);
    world.beside.registries.push(registry);
}

async fn debian(world: &mut ZoneWorld, access: &Access) -> Result<(), Failure> {
    let registry = DebianRegistry::start(access).await.map_err(failed)?;
    let name = format!("localhost:{}", registry.port());
    keep(world, name, Registry::Debian(registry));
    Ok(())
}

#[given("a registry")]
async fn open(world: &mut ZoneWorld) -> Result<(), Failure> {
    let shared = SharedRegistry::take().await.map_err(failed)?;
    let port = shared.registry().map_or(0, DebianRegistry::port);
    keep(world, format!("localhost:{port}"), Registry::Shared(shared));
    Ok(())
}

#[given(r#"a registry for "me" with the password "secret""#)]
async fn with_password(world: &mut ZoneWorld) -> Result<(), Failure> {
    let access = Access {
        htpasswd: Some(ME),
        ..Access::default()
    };
    debian(world, &access).await
}

#[given(r#"a registry whose token server knows "me" with the password "secret""#)]
async fn with_tokens(world: &mut ZoneWorld) -> Result<(), Failure> {
    let tokens = TokenServer::start("me", "secret").await.map_err(failed)?;
    let access = Access {
        tokens: Some(tokens.realm()),
        ..Access::default()
    };
    world.beside.tokens = Some(tokens);
    debian(world, &access).await
}

/// It listens on the loopback; the zone knows it by its name.
#[given(regex = r#"^a registry with TLS that the zone knows as "([^"]+)"$"#)]
async fn with_tls(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let authority = Authority::new().map_err(failed)?;
    let files = authority.certify(&name).map_err(failed)?;
    tls(world, name, authority, files).await
}

/// Its certificate is its own authority's.
#[given(
    regex = r#"^a registry with TLS and a certificate of its own that the zone knows as "([^"]+)"$"#
)]
async fn with_own_certificate(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let (authority, files) = Authority::of_itself(&name).map_err(failed)?;
    tls(world, name, authority, files).await
}

async fn tls(
    world: &mut ZoneWorld,
    name: String,
    authority: Authority,
    files: ServerFiles,
) -> Result<(), Failure> {
    let access = Access {
        tls: Some(files),
        ..Access::default()
    };
    let registry = DebianRegistry::start(&access).await.map_err(failed)?;
    let url = format!("https://127.0.0.1:{}", registry.port());
    world.beside.authority = Some(authority);
    let map = json!({"registry": {"map": {name.clone(): url}}});
    keep(world, name, Registry::Debian(registry));
    zone::set(world.ground.control()?, map).await
}

#[given("the zone trusts the authority of that registry")]
#[when("the zone trusts the authority of that registry")]
async fn trusts(world: &mut ZoneWorld) -> Result<(), Failure> {
    let authority = world.beside.authority.as_ref();
    let authority = authority.ok_or_else(|| Failure::Feature("no authority".to_owned()))?;
    let change = json!({"registry": {"ca_file": authority.certificate()}});
    zone::set(world.ground.control()?, change).await
}

/// The image `NAME` has one layer; what comes of it at the first request, at the second …: `cut`, `reset`, `good` …
#[given(regex = r#"^a registry that serves the layer of "([^"]+)" so: (.+)$"#)]
async fn faulty(world: &mut ZoneWorld, name: String, faults: String) -> Result<(), Failure> {
    let faults = faults.split(", ").map(str::parse);
    let faults: Result<Vec<Fault>, _> = faults.collect();
    let faults = faults.map_err(|error| Failure::Feature(error.to_string()))?;
    serve_faulty(world, faulty_image(&name), faults).await
}

#[given(regex = r#"^a registry whose image "([^"]+)" has a layer with (.+)$"#)]
async fn evil(world: &mut ZoneWorld, name: String, what: String) -> Result<(), Failure> {
    let image = evil_image(&name, &what);
    serve_faulty(world, image, vec![Fault::Good]).await
}

/// The digest of the second one's manifest is `{digest}` from here on.
#[given(regex = r#"^a registry whose images "([^"]+)" and "([^"]+)" differ in (.+)$"#)]
async fn two_of_one_file(
    world: &mut ZoneWorld,
    one: String,
    two: String,
    difference: String,
) -> Result<(), Failure> {
    let (images, digest) = two_images([&one, &two], &difference).map_err(failed)?;
    world.saved.insert("digest".to_owned(), digest);
    serve_faulty(world, Ok(images), vec![Fault::Good]).await
}

#[given("a registry that never answers")]
async fn mute(world: &mut ZoneWorld) -> Result<(), Failure> {
    let image = faulty_image("app").map(|(pages, _)| (pages, "/v2/".to_owned()));
    serve_faulty(world, image, vec![Fault::Mute]).await
}

#[given(regex = r#"^a registry that never answers for the manifest of "([^"]+)"$"#)]
async fn mute_manifest(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let image = faulty_image(&name).map(|(pages, _)| (pages, manifest_path(&name)));
    serve_faulty(world, image, vec![Fault::Mute]).await
}

async fn serve_faulty(
    world: &mut ZoneWorld,
    image: std::io::Result<FaultyImage>,
    faults: Vec<Fault>,
) -> Result<(), Failure> {
    let (pages, bad) = image.map_err(failed)?;
    let server = FaultyServer::start(pages, bad, faults).await;
    let server = server.map_err(failed)?;
    let registry = format!("localhost:{}", server.address().port());
    keep(world, registry, Registry::Faulty(server));
    Ok(())
}

#[when("the registry sends the rest")]
fn sends_rest(world: &mut ZoneWorld) -> Result<(), Failure> {
    match last(world)? {
        Registry::Faulty(server) => {
            server.go_on();
            Ok(())
        }
        _ => Err(Failure::Feature("that registry holds nothing".to_owned())),
    }
}

/// Rows of method, expression for the path, status, header (`Name: value`, `HERE` is the registry's URL) and body.
#[given("a registry that answers:")]
async fn answers(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let table = step.table.as_ref();
    let table = table.ok_or_else(|| Failure::Feature("a table is missing".to_owned()))?;
    let mut rows = Vec::new();
    for row in &table.rows {
        let [method, path, status, header, body] = row.as_slice() else {
            return Err(Failure::Feature("a row has five cells".to_owned()));
        };
        let status = status.parse();
        rows.push(Answer {
            method,
            path,
            status: status.map_err(|_| Failure::Feature("no status".to_owned()))?,
            header,
            body,
        });
    }
    let answers = Answers::start(&rows).await?;
    let name = answers.authority();
    keep(world, name, Registry::Answers(answers));
    Ok(())
}

#[given("certificates of registries are not looked at")]
async fn insecure(world: &mut ZoneWorld) -> Result<(), Failure> {
    let change = json!({"docker_registry_insecure": true});
    zone::set(world.ground.control()?, change).await
}

#[given(regex = r#"^the zone knows the registry as "([^"]+)"$"#)]
async fn known_as(world: &mut ZoneWorld, name: String) -> Result<(), Failure> {
    let behind = pattern::fill("http://{registry}", &world.saved)?;
    let map = json!({"registry": {"map": {name: Value::from(behind)}}});
    zone::set(world.ground.control()?, map).await
}

#[given(regex = r#"^the hub knows "([^"]+)" with the password "([^"]+)"$"#)]
async fn hub_user(world: &mut ZoneWorld, user: String, password: String) -> Result<(), Failure> {
    let change = json!({"hub": {"users": {user: password}}});
    zone::set(world.ground.control()?, change).await
}

/// `METHOD PATH`, a regular expression for the whole.
#[then(regex = r"^the registry was asked for `(.+)` (\d+) times?$")]
async fn asked(world: &mut ZoneWorld, request: String, expected: usize) -> Result<(), Failure> {
    let registry = last(world)?;
    let count = registry.count(&request).await?;
    match count == expected {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "{count} requests are like `{request}`: {:?}",
            registry.requests().await?
        ))),
    }
}

#[then(regex = r"^the registry was never asked for `(.+)`$")]
async fn never_asked(world: &mut ZoneWorld, request: String) -> Result<(), Failure> {
    asked(world, request, 0).await
}

fn last(world: &ZoneWorld) -> Result<&Registry, Failure> {
    let registry = world.beside.registry();
    registry.ok_or_else(|| Failure::Feature("no registry was started".to_owned()))
}
