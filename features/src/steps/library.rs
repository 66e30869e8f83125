//! Scripts for libraries, and files that Compose reads.

use clients::{ClientName, Invocation};
use cucumber::gherkin::Step;
use cucumber::{given, when};

use crate::failure::Failure;
use crate::pattern;
use crate::steps::command::{document, run_timed};
use crate::world::ZoneWorld;

#[given("I run the script:")]
#[when("I run the script:")]
async fn script(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let invocation = written(world, step).await?;
    run_timed(world, "the script", invocation).await
}

/// Writes a script into the client's folder.
async fn written(world: &mut ZoneWorld, step: &Step) -> Result<Invocation, Failure> {
    let ClientName::Library(library) = world.client else {
        return Err(Failure::Feature("only libraries run scripts".to_owned()));
    };
    let text = pattern::fill_known(&document(step)?, &world.saved);
    let name = library.program().script_name();
    write(world, name, &text).await?;
    Ok(Invocation::new([name]))
}

#[given(regex = r#"^my folder has the file "([^"]+)":$"#)]
async fn file(world: &mut ZoneWorld, step: &Step, name: String) -> Result<(), Failure> {
    let text = document(step)?;
    write(world, &name, &text).await
}

async fn write(world: &mut ZoneWorld, name: &str, text: &str) -> Result<(), Failure> {
    let path = world.folder().await?.join(name);
    let written = std::fs::write(&path, text);
    written.map_err(|error| Failure::Feature(format!("{}: {error}", path.display())))
}
