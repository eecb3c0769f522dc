"""执法文书: what stands on them (record, orders), their pictures, and how they are printed."""
