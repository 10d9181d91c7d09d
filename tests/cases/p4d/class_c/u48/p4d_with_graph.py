import torch
import torch.nn as nn
from torchviz import make_dot

torch.manual_seed(4)

h = 5
lin1 = nn.Linear(1, h).double()
lin2 = nn.Linear(h, 1).double()
x = torch.tensor([[0.7]], dtype=torch.float64, requires_grad=True)
y = torch.tensor([[2.0]], dtype=torch.float64)

z1 = lin1(x)
a1 = torch.relu(z1)
yhat = lin2(a1) + x
loss = 0.5 * ((yhat - y) ** 2).mean()

# picture of the computational graph for the report
make_dot(loss, params={"W1": lin1.weight, "b1": lin1.bias, "W2": lin2.weight, "b2": lin2.bias, "x": x}).render("graph", format="png")

loss.backward()

with torch.no_grad():
    e = yhat - y
    db2 = e.flatten()
    dW2 = e * a1
    dz1 = e @ lin2.weight * (z1 > 0)
    db1 = dz1.flatten()
    dW1 = dz1.T @ x
    dx = e + dz1 @ lin1.weight

pairs = {
    "W1": (dW1, lin1.weight.grad),
    "b1": (db1, lin1.bias.grad),
    "W2": (dW2, lin2.weight.grad),
    "b2": (db2, lin2.bias.grad),
    "x": (dx, x.grad),
}
for k, (m, a) in pairs.items():
    print(k, "OK" if torch.allclose(m, a) else "WRONG")
