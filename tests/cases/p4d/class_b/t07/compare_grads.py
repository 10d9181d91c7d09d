# Verification of backprop
import torch
import pandas as pd

torch.manual_seed(5150)
DIM = 5

class P:            # parameters
    W1 = torch.randn(DIM, 1, requires_grad=True)
    b1 = torch.randn(DIM, 1, requires_grad=True)
    W2 = torch.randn(1, DIM, requires_grad=True)
    b2 = torch.randn(1, 1, requires_grad=True)
    x = torch.tensor([[-1.1]], requires_grad=True)
    y = torch.tensor([[0.8]])

class G:            # gradients, by formula
    pass

z1 = P.W1 @ P.x + P.b1
a1 = torch.relu(z1)
y_pred = P.W2 @ a1 + P.b2 + P.x
loss = 0.5 * (P.y - y_pred) ** 2
loss.backward()

with torch.no_grad():
    err = P.y - y_pred
    G.b2 = err
    G.W2 = err * a1.T
    G.b1 = err * P.W2.T * (z1 > 0)
    G.W1 = G.b1 * P.x
    G.x = err + (G.b1 * P.W1).sum()

rows = []
for k in ["b2", "W2", "W1", "b1", "x"]:
    analytical = getattr(G, k).abs().sum().item()
    auto = getattr(P, k).grad.abs().sum().item()
    rows.append((k, analytical, auto, abs(analytical - auto)))
print(pd.DataFrame(rows, columns=["gradient", "|analytical|", "|autograd|", "error"]).round(7).to_string(index=False))

# Comment: error is 0 for all the gradients.
