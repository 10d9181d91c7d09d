import torch
import torch.nn as nn

torch.manual_seed(0)

class Model(nn.Module):
    def __init__(self, h):
        super(Model, self).__init__()
        self.W1 = nn.Parameter(torch.randn(h, 1))
        self.b1 = nn.Parameter(torch.randn(h))
        self.W2 = nn.Parameter(torch.randn(1, h))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x):
        z1 = (self.W1 @ x) + self.b1
        a1 = torch.relu(z1)
        return self.W2 @ a1 + self.b2 + x, z1, a1

h = 5
model = Model(h)
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)

y_hat, z1, a1 = model(x)
loss_fn = nn.MSELoss()
loss = loss_fn(y_hat, y)
loss.backward()

# Analytical gradients
error = (y_hat - y).detach()
dL_db2 = error
dL_dW2 = error * a1.detach().unsqueeze(0)
dL_da1 = model.W2.detach().T.squeeze() * error
dL_dz1 = dL_da1 * (z1.detach() > 0).float()
dL_dW1 = dL_dz1.unsqueeze(1) * x.detach()
dL_db1 = dL_dz1
dL_dx = error * 1 + torch.sum(dL_dz1 * model.W1.detach().squeeze())

# Compare
print("Gradient comparison:")
print("dL/db2 match:", torch.allclose(dL_db2, model.b2.grad))
print("dL/dW2 match:", torch.allclose(dL_dW2, model.W2.grad))
print("dL/dW1 match:", torch.allclose(dL_dW1, model.W1.grad))
print("dL/db1 match:", torch.allclose(dL_db1, model.b1.grad))
print("dL/dx match:", torch.allclose(dL_dx, x.grad))
