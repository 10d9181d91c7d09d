import pandas as pd
import torch

# weights and data point that I generated once, so that every run is the same
df = pd.read_csv("params.csv")
W1 = torch.tensor(df["W1"].values, dtype=torch.float64).reshape(-1, 1).requires_grad_(True)
b1 = torch.tensor(df["b1"].values, dtype=torch.float64).requires_grad_(True)
W2 = torch.tensor(df["W2"].values, dtype=torch.float64).reshape(1, -1).requires_grad_(True)
b2 = torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
x = torch.tensor([1.4], dtype=torch.float64, requires_grad=True)
y = torch.tensor([0.2], dtype=torch.float64)

# forward
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
L = 0.5 * (y_hat - y) ** 2
L.backward()

# analytical
with torch.no_grad():
    e = y_hat - y
    s = (z1 > 0).double()
    grad_b2 = e
    grad_W2 = e * a1.reshape(1, -1)
    grad_b1 = e * W2.reshape(-1) * s
    grad_W1 = grad_b1.reshape(-1, 1) * x
    grad_x = e * (1 + (W2.reshape(-1) * s * W1.reshape(-1)).sum())

out = pd.DataFrame({
    "gradient": ["b2", "W2", "b1", "W1", "x"],
    "max_diff": [(g - p.grad).abs().max().item() for g, p in
                 [(grad_b2, b2), (grad_W2, W2), (grad_b1, b1), (grad_W1, W1), (grad_x, x)]],
})
print(out)
out.to_csv("results.csv", index=False)
