//! Packs what is sent many times.
//! Owns how hard that is tried. What it makes must be read by every browser: nothing of it is an extension of brotli.

use anyhow::{Context, Result, anyhow, ensure};
use brotli::enc::BrotliEncoderParams;
use brotli::enc::backward_references::BrotliEncoderMode;

/// How brotli may cut a file up: which of them packs best is chance, by half a percent and another one with each build.
/// The bits of its blocks (0: it decides), its direct distances, its mode.
const PACKINGS: [(i32, u32, BrotliEncoderMode); 7] = [
    (0, 0, BrotliEncoderMode::BROTLI_MODE_GENERIC),
    (17, 0, BrotliEncoderMode::BROTLI_MODE_GENERIC),
    (0, 4, BrotliEncoderMode::BROTLI_MODE_GENERIC),
    (0, 15, BrotliEncoderMode::BROTLI_MODE_GENERIC),
    (16, 15, BrotliEncoderMode::BROTLI_MODE_GENERIC),
    (17, 15, BrotliEncoderMode::BROTLI_MODE_GENERIC),
    (0, 0, BrotliEncoderMode::BROTLI_MODE_FONT),
];

/// Brotli at its best level, and the shortest of several: done once per build, sent many times.
pub(crate) fn shortest(bytes: &[u8]) -> Result<Vec<u8>> {
    let ended: Vec<_> = std::thread::scope(|scope| {
        let pack = |packing| scope.spawn(move || pack(bytes, packing));
        let under_way: Vec<_> = PACKINGS.map(pack).into();
        under_way.into_iter().map(|one| one.join()).collect()
    });
    let mut shortest: Option<Vec<u8>> = None;
    for one in ended {
        let packed = one.map_err(|_| anyhow!("brotli failed"))??;
        if shortest
            .as_ref()
            .is_none_or(|best| packed.len() < best.len())
        {
            shortest = Some(packed);
        }
    }
    let shortest = shortest.context("nothing was packed")?;
    let mut read = Vec::with_capacity(bytes.len());
    brotli::BrotliDecompress(&mut shortest.as_slice(), &mut read).context("brotli failed")?;
    ensure!(
        read == bytes,
        "what brotli has packed does not read as it was"
    );
    Ok(shortest)
}

fn pack(bytes: &[u8], (lgblock, direct, mode): (i32, u32, BrotliEncoderMode)) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        lgblock,
        mode,
        size_hint: bytes.len(),
        ..Default::default()
    };
    if direct > 0 {
        parameters.dist.num_direct_distance_codes = direct;
        parameters.avoid_distance_prefix_search = true;
    }
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &parameters).context("brotli failed")?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_shortest_is_read_again_as_it_was() {
        let words: Vec<u8> = (0_u32..4_000).flat_map(|n| (n * n).to_le_bytes()).collect();
        for bytes in [&b""[..], b"a", &[7; 20_000], &words] {
            let shortest = shortest(bytes).unwrap().len();
            for packing in PACKINGS {
                let packed = pack(bytes, packing).unwrap();
                let mut read = Vec::new();
                brotli::BrotliDecompress(&mut packed.as_slice(), &mut read).unwrap();
                assert_eq!(read, bytes, "{packing:?}");
                assert!(shortest <= packed.len());
            }
        }
    }
}
