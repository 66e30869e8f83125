//! Input that was found to reach something new, or to break something once.

use fuzz::TARGETS;
use std::path::Path;

#[test]
fn the_corpus_is_taken() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in TARGETS {
        let folder = corpus.join(target.name);
        let files = folder.read_dir().expect("every target has a folder");
        let mut count = 0;
        for file in files {
            let path = file.expect("the folder can be read").path();
            println!("{}", path.display());
            (target.run)(&std::fs::read(&path).expect("a file that can be read"));
            count += 1;
        }
        assert!(count > 0, "{} has no input", folder.display());
    }
}
