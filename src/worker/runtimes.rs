//! The same messages under both runtimes, and which configuration reads which.

use super::detect::{CRI, DOCKER, conf};
use super::text::Text;
use crate::advise::convert::{Runtime, as_containerd, convert, runtime_of};
use crate::engine::run::Engine;
use crate::order::map::Map;
use crate::protocol::{Answer, FileId, Message, Runtimes};

/// Lines that are converted.
const LINES: usize = 200;

/// Where the lines are put for the four combinations.
const PATH: &str = "/var/log/containers/app-1_default_app-0123456789ab.log";

/// The lines of all files as each runtime writes them.
pub fn runtimes(texts: &Map<FileId, Text>, split: bool) -> Answer {
    let (mut docker, mut cri) = (Vec::new(), Vec::new());
    let mut notes: Vec<Message> = Vec::new();
    let lines = texts.values().flat_map(|text| text.bytes().split(|&byte| byte == b'\n'));
    for line in lines.filter(|line| runtime_of(line).is_some()).take(LINES) {
        let own = runtime_of(line).unwrap_or(Runtime::Cri);
        let other = if own == Runtime::Cri { Runtime::Docker } else { Runtime::Cri };
        let Some(converted) = convert(line, other) else { continue };
        for lost in &converted.lost {
            let note = Message {
                en: format!("Lost on the way: {}.", lost.en),
                ja: format!("変換で失われるもの: {}。", lost.ja),
            };
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let (own_lines, other_lines) =
            if own == Runtime::Cri { (&mut cri, &mut docker) } else { (&mut docker, &mut cri) };
        // The same messages are often open in both forms.
        if !own_lines.iter().any(|known| known == line) {
            own_lines.push(line.to_vec());
            other_lines.push(converted.line);
        }
    }
    if docker.is_empty() {
        return Answer::Nothing(Message {
            en: "There is no CRI or Docker JSON line to convert.".to_owned(),
            ja: "変換できる CRI または Docker JSON の行がありません。".to_owned(),
        });
    }
    if split {
        cri = as_containerd(&cri);
    }
    let (docker, cri) = (joined(&docker), joined(&cri));
    let (docker_conf, cri_conf) = (conf(DOCKER), conf(CRI));
    let read = vec![
        read(&docker_conf, &docker),
        read(&cri_conf, &docker),
        read(&docker_conf, &cri),
        read(&cri_conf, &cri),
    ];
    Answer::Runtimes(Runtimes {
        docker: String::from_utf8_lossy(&docker).into_owned(),
        cri: String::from_utf8_lossy(&cri).into_owned(),
        split,
        notes,
        docker_conf,
        cri_conf,
        read,
    })
}

fn joined(lines: &[Vec<u8>]) -> Vec<u8> {
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    text
}

/// How many lines a configuration reads, of how many.
fn read(conf: &str, lines: &[u8]) -> (u32, u32) {
    let mut engine = Engine::default();
    engine.set_conf(conf);
    engine.set_file(1, PATH, lines);
    while engine.work(u32::MAX) {}
    let counts = engine.summary().counts;
    (counts.matched as u32, counts.lines as u32)
}
