//! Real runs of a ticket office without a lock: how many of them sell a ticket twice?

#[allow(dead_code, reason = "a rush only buys")]
mod answer;

use std::{env, fs, process, time::Instant};

use answer::{Purchase, TicketOffice};

fn main() {
    let argument = |position| env::args().nth(position).and_then(|text| text.parse().ok());
    let runs: u32 = argument(1).unwrap_or(10_000);
    let customers: u32 = argument(2).unwrap_or(2);
    let path = env::temp_dir().join(format!("oversold-{}", process::id()));
    let began = Instant::now();
    let mut oversold = 0;
    for _ in 0..runs {
        let office = TicketOffice::create(&path, 1).expect("there is room for a file");
        let buys = |office: &TicketOffice, _| matches!(office.buy(|_| true), Ok(Purchase::Ticket(_)));
        let came = office.rush(customers, buys).expect("there is room for the processes");
        oversold += u32::from(came.iter().filter(|has_ticket| **has_ticket).count() > 1);
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("| {customers} | {runs} | {oversold} | {seconds:.1} |");
    fs::remove_file(path).expect("the office has made it");
}
