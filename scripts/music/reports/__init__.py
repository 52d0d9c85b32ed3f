"""What people read of KPIs and rejected rows: which deliveries they mean, and how it is printed."""
